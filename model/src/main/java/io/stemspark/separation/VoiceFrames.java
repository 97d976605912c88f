package io.stemspark.separation;

import io.stemspark.network.Network;
import io.stemspark.network.NetworkSpec;
import io.stemspark.spectrogram.FrameSink;
import io.stemspark.spectrogram.Spectrogram;
import java.util.Arrays;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Turns the frames of a mixture into those of its voice. Windows of patch length slide over the
 * track; neighbours share frames, over which one fades into the other.
 *
 * <p>Windows are gathered into blocks, so that the network sees several at once. While a thread of
 * its own estimates one block, the caller hands in the next and is handed the one before. Not
 * thread-safe.
 */
final class VoiceFrames implements FrameSink, AutoCloseable {
  private final VoiceEstimator estimator;
  private final boolean wiener;
  private final WienerFilter wienerFilter = new WienerFilter();
  private final Sink sink;
  private final int overlap;
  private final int step;
  private final int blockFrames;
  private final int channels;
  private final int bins;
  private final Spectrogram[] tail;
  private final float[][] tailShares;
  private final float[] fade;
  private final float[][] real;
  private final float[][] imag;
  private final float[] share;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread worker = new Thread(task, "network");
            worker.setDaemon(true);
            return worker;
          });
  private Block filling;
  private Block spare;
  private Block running;
  private Future<?> pending;
  private int filled;
  private boolean hasTail;
  private long waitingNanos;
  private long threadNanos;

  /** Takes the voice, frame by frame. */
  @FunctionalInterface
  interface Sink {
    /**
     * Takes the next frame of all channels, in arrays that are used again.
     *
     * @param real {@code [channel][bin]}
     * @param imag {@code [channel][bin]}
     * @param share {@code [channel]}: the voice's share of what lies above the network's bins
     */
    void frame(float[][] real, float[][] imag, float[] share);
  }

  /** The frames of some windows, and the voice in each of them. */
  private static final class Block {
    private final Spectrogram[] mixture;
    private final Spectrogram[][] voice;
    private final float[][][] shares;

    Block(int windows, int frames, int patchFrames, int channels, int bins) {
      mixture = new Spectrogram[channels];
      voice = new Spectrogram[windows][channels];
      shares = new float[windows][channels][patchFrames];
      for (int c = 0; c < channels; c++) {
        mixture[c] = new Spectrogram(frames, bins);
        for (Spectrogram[] window : voice) {
          window[c] = new Spectrogram(patchFrames, bins);
        }
      }
    }
  }

  /**
   * @param bins bins of a frame, at least as many as the network sees
   * @param sink takes the frames of the voice, on the caller's thread
   */
  VoiceFrames(
      NetworkSpec spec,
      Network network,
      SeparationConfig config,
      int channels,
      int bins,
      Sink sink) {
    this.estimator =
        new VoiceEstimator(
            spec, network, config.batchPatches(), config.maskExponent(), channels, bins);
    this.wiener = config.wiener() && channels == 2;
    this.sink = sink;
    this.overlap = config.overlapFrames(spec);
    this.step = config.stepFrames(spec);
    this.channels = channels;
    this.bins = bins;
    int windows = config.blockWindows(spec, channels);
    this.blockFrames = windows * step + overlap;
    this.filling = new Block(windows, blockFrames, spec.patch().frames(), channels, bins);
    this.spare = new Block(windows, blockFrames, spec.patch().frames(), channels, bins);
    this.tail = new Spectrogram[channels];
    this.tailShares = new float[channels][overlap];
    for (int c = 0; c < channels; c++) {
      tail[c] = new Spectrogram(overlap, bins);
    }
    this.fade = new float[overlap];
    for (int k = 0; k < overlap; k++) {
      fade[k] = (float) Math.pow(Math.sin(Math.PI / 2 * (k + 1) / (overlap + 1)), 2);
    }
    this.real = new float[channels][bins];
    this.imag = new float[channels][bins];
    this.share = new float[channels];
  }

  @Override
  public void frame(float[][] frameReal, float[][] frameImag) {
    for (int c = 0; c < channels; c++) {
      System.arraycopy(frameReal[c], 0, filling.mixture[c].real(), filled * bins, bins);
      System.arraycopy(frameImag[c], 0, filling.mixture[c].imag(), filled * bins, bins);
    }
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
    int windows = full.voice.length;
    pending = thread.submit(() -> estimate(full, windows));
    running = full;
    if (done != null) {
      emit(done, windows, windows * step);
      spare = done;
    }
    for (int c = 0; c < channels; c++) {
      spare.mixture[c].copyFrames(full.mixture[c], windows * step, 0, overlap);
    }
    filling = spare;
    filled = overlap;
  }

  /** Passes the last frames on. */
  void finish() {
    await();
    // Nothing has come since the last block, whose end is the next one's beginning.
    boolean complete = running != null && filled == overlap;
    if (running != null) {
      int windows = running.voice.length;
      emit(running, windows, windows * step + (complete ? overlap : 0));
    }
    if (complete || filled == 0) {
      return;
    }
    int missing = blockFrames - filled;
    Spectrogram silence = new Spectrogram(missing, bins);
    for (Spectrogram channel : filling.mixture) {
      channel.copyFrames(silence, 0, filled, missing);
    }
    int windows = 1 + Math.max(0, filled - overlap - 1) / step;
    pending = thread.submit(() -> estimate(filling, windows));
    await();
    emit(filling, windows, filled);
  }

  /** Time spent in the network. */
  long networkNanos() {
    return estimator.networkNanos();
  }

  /** Time spent on the network's thread before and after it. */
  long maskingNanos() {
    return threadNanos - estimator.networkNanos();
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
      throw new CompletionException("interrupted while the network was running", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Error) {
        throw (Error) e.getCause();
      }
      if (e.getCause() instanceof UnsoundEstimateException) {
        throw (UnsoundEstimateException) e.getCause();
      }
      throw new CompletionException(e.getCause().getMessage(), e.getCause());
    }
    pending = null;
    waitingNanos += System.nanoTime() - start;
  }

  private void estimate(Block block, int windows) {
    long start = System.nanoTime();
    Spectrogram[][] voice = Arrays.copyOf(block.voice, windows);
    estimator.estimate(block.mixture, step, voice, block.shares);
    for (int w = 0; w < windows; w++) {
      if (wiener) {
        wienerFilter.refine(block.mixture, w * step, voice[w]);
      }
      for (int c = 0; c < channels; c++) {
        if (hasTail) {
          crossFade(tail[c], voice[w][c]);
          crossFade(tailShares[c], block.shares[w][c]);
        }
        tail[c].copyFrames(voice[w][c], step, 0, overlap);
        System.arraycopy(block.shares[w][c], step, tailShares[c], 0, overlap);
      }
      hasTail = true;
    }
    threadNanos += System.nanoTime() - start;
  }

  private void crossFade(Spectrogram old, Spectrogram into) {
    for (int k = 0; k < overlap; k++) {
      for (int i = k * bins; i < (k + 1) * bins; i++) {
        into.real()[i] = old.real()[i] + fade[k] * (into.real()[i] - old.real()[i]);
        into.imag()[i] = old.imag()[i] + fade[k] * (into.imag()[i] - old.imag()[i]);
      }
    }
  }

  private void crossFade(float[] old, float[] into) {
    for (int k = 0; k < overlap; k++) {
      into[k] = old[k] + fade[k] * (into[k] - old[k]);
    }
  }

  /** Passes on the first frames of a block of which {@code windows} have been estimated. */
  private void emit(Block block, int windows, int frames) {
    for (int k = 0; k < frames; k++) {
      int window = Math.min(k / step, windows - 1);
      for (int c = 0; c < channels; c++) {
        block.voice[window][c].copyFrame(k - window * step, real[c], imag[c]);
        share[c] = block.shares[window][c][k - window * step];
      }
      sink.frame(real, imag, share);
    }
  }

  /** Waits for the network: nobody may close it, or count on its core, while it runs. */
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
