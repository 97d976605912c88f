package io.stemspark.internal.separation;

import io.stemspark.internal.onnx.Network;
import io.stemspark.internal.process.DaemonThreads;
import io.stemspark.network.NetworkSpec;
import io.stemspark.separation.SeparationConfig;
import io.stemspark.spectrogram.StftAnalyzer.FrameSink;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Turns the frames of a mixture into those of its stems. Windows of patch length slide over the
 * track; neighbours share frames, over which one fades into the other.
 *
 * <p>Windows are gathered into blocks, so that the network sees several at once. While a thread of
 * its own estimates one block, the caller hands in the next and is handed the one before. Not
 * thread-safe.
 */
final class SlidingWindow implements FrameSink, AutoCloseable {
  private final PatchBatcher batcher;
  private final MaskApplier masks;
  private final WienerFilter filter; // null unless the settings ask for it
  private final int[] outputs;
  private final SpectrogramBlock[] stems; // a window of each
  private final Sink sink;
  private final int overlap;
  private final int step;
  private final int patchFrames;
  private final int blockFrames;
  private final int channels;
  private final int bins;
  private final int windows;
  private final SpectrogramBlock[] tails;
  private final float[][][] real;
  private final float[][][] imag;
  private final float[][] shares;
  private final float[] fade;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(DaemonThreads.named("network"));
  private Block filling;
  private Block spare;
  private Block running;
  private Future<?> pending;
  private int filled;
  private boolean hasTail;
  private long waitingNanos;
  private long networkNanos;
  private long maskingNanos;

  /** Takes the stems, frame by frame. */
  @FunctionalInterface
  interface Sink {
    /**
     * Takes the next frame of all stems, in arrays that are used again.
     *
     * @param real {@code [stem][channel][bin]}
     * @param imag {@code [stem][channel][bin]}
     * @param shares {@code [stem][channel]}: the stem's share of what lies above the network's bins
     */
    void frame(float[][][] real, float[][][] imag, float[][] shares);
  }

  /** The frames of some windows, and what the network gave for them. */
  private static final class Block {
    private final SpectrogramBlock frames; // the mixture's
    private final float[][] estimates;

    Block(SpectrogramBlock frames, float[][] estimates) {
      this.frames = frames;
      this.estimates = estimates;
    }
  }

  /**
   * @param outputs the stems that are wanted, by their numbers among those that the network gives
   * @param bins bins of a frame, at least as many as the network sees
   * @param sink takes the frames of the stems, on the caller's thread
   */
  SlidingWindow(
      NetworkSpec.Patches spec,
      Network network,
      SeparationConfig config,
      int[] outputs,
      int channels,
      int bins,
      Sink sink) {
    this.outputs = outputs;
    int batch = config.batchPatches();
    this.batcher = new PatchBatcher(spec, network, batch, channels);
    this.masks = new MaskApplier(spec, batch, channels, bins);
    this.patchFrames = spec.patch().frames();
    this.filter = config.wiener() && channels == WienerFilter.CHANNELS ? new WienerFilter() : null;
    this.sink = sink;
    this.overlap = config.overlapFrames(spec);
    this.step = config.stepFrames(spec);
    this.channels = channels;
    this.bins = bins;
    this.windows = config.blockWindows(spec, channels);
    this.blockFrames = windows * step + overlap;
    this.filling = newBlock();
    this.spare = newBlock();
    this.stems = new SpectrogramBlock[outputs.length];
    this.tails = new SpectrogramBlock[outputs.length];
    for (int s = 0; s < outputs.length; s++) {
      stems[s] = new SpectrogramBlock(patchFrames, channels, bins);
      tails[s] = new SpectrogramBlock(overlap, channels, bins);
    }
    this.real = new float[outputs.length][][];
    this.imag = new float[outputs.length][][];
    this.shares = new float[outputs.length][];
    this.fade = new float[overlap];
    for (int k = 0; k < overlap; k++) {
      fade[k] = (float) Math.pow(Math.sin(Math.PI / 2 * (k + 1) / (overlap + 1)), 2);
    }
  }

  private Block newBlock() {
    return new Block(
        new SpectrogramBlock(blockFrames, channels, bins), batcher.newEstimates(windows));
  }

  @Override
  public void frame(float[][] real, float[][] imag) {
    filling.frames.put(filled, real, imag);
    filled++;
    if (filled == blockFrames) {
      turn();
    }
  }

  /** Starts the estimate of the full block, and passes on the one before. */
  private void turn() {
    await();
    Block done = running;
    Block full = filling;
    pending = thread.submit(() -> estimate(full, windows));
    running = full;
    if (done != null) {
      emit(done, windows, windows * step);
      spare = done;
    }
    for (int k = 0; k < overlap; k++) {
      spare.frames.copy(full.frames, windows * step + k, k);
    }
    filling = spare;
    filled = overlap;
  }

  /** Passes the last frames on. */
  void finish() {
    await();
    // Nothing has come since the last block, whose end is the next one's beginning.
    boolean complete = filled == (running != null ? overlap : 0);
    int last = complete ? 0 : 1 + Math.max(0, filled - overlap - 1) / step;
    if (!complete) {
      fillUp();
      pending = thread.submit(() -> estimate(filling, last));
    }
    if (running != null) {
      emit(running, windows, windows * step + (complete ? overlap : 0));
    }
    await();
    emit(filling, last, filled);
  }

  private void fillUp() {
    for (int frame = filled; frame < blockFrames; frame++) {
      filling.frames.silence(frame);
    }
  }

  /** Time of the network's thread. */
  long networkNanos() {
    return networkNanos;
  }

  /** Time of the caller that went into what the network had given. */
  long maskingNanos() {
    return maskingNanos;
  }

  /** Time in which the caller had nothing to do but wait for the network. */
  long waitingNanos() {
    return waitingNanos;
  }

  private void await() {
    if (pending == null) {
      return;
    }
    long start = System.nanoTime();
    try {
      pending.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CompletionException("The thread was interrupted while the network was running.", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Error) {
        throw (Error) e.getCause();
      }
      throw new CompletionException(e.getCause().getMessage(), e.getCause());
    }
    pending = null;
    waitingNanos += System.nanoTime() - start;
  }

  private void estimate(Block block, int count) {
    long start = System.nanoTime();
    batcher.estimate(block.frames, step, count, block.estimates);
    networkNanos += System.nanoTime() - start;
  }

  /** Passes on the first frames of a block of which {@code count} windows have been estimated. */
  private void emit(Block block, int count, int frames) {
    for (int w = 0; w < count; w++) {
      emitWindow(block, w, w < count - 1 ? step : frames - w * step);
    }
  }

  /** Passes on the first frames of a window, and keeps those that the next one fades over. */
  private void emitWindow(Block block, int window, int frames) {
    long start = System.nanoTime();
    if (filter != null) {
      for (int k = 0; k < patchFrames; k++) {
        applyMask(block, window, k, 0);
      }
      filter.refine(block.frames, window * step, stems[0]);
    }
    for (int k = 0; k < patchFrames; k++) {
      for (int s = 0; s < stems.length; s++) {
        makeFrame(block, window, k, s);
      }
      if (k < frames) {
        maskingNanos += System.nanoTime() - start;
        sink.frame(real, imag, shares);
        start = System.nanoTime();
      }
    }
    masks.requireNumbers();
    hasTail = true;
    maskingNanos += System.nanoTime() - start;
  }

  private void makeFrame(Block block, int window, int k, int s) {
    SpectrogramBlock stem = stems[s];
    if (filter == null) {
      applyMask(block, window, k, s);
    }
    if (hasTail && k < overlap) {
      stem.crossFade(tails[s], k, fade[k]);
    }
    if (k >= step) {
      tails[s].copy(stem, k, k - step);
    }
    real[s] = stem.real(k);
    imag[s] = stem.imag(k);
    shares[s] = stem.shares(k);
  }

  /** Makes a frame of the mixture a stem's; the next window needs the mixture's once more. */
  private void applyMask(Block block, int window, int k, int s) {
    SpectrogramBlock stem = stems[s];
    stem.copy(block.frames, window * step + k, k);
    masks.apply(block.estimates, window, k, outputs[s], stem.real(k), stem.imag(k), stem.shares(k));
  }

  /** Waits for the network: while it runs, it must not be closed, and its core is not free. */
  @Override
  public void close() {
    thread.shutdown();
    boolean interrupted = false;
    while (!thread.isTerminated()) {
      try {
        thread.awaitTermination(1, TimeUnit.MINUTES);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
