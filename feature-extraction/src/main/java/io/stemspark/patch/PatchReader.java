package io.stemspark.patch;

import io.stemspark.audio.AudioReader;
import io.stemspark.internal.audio.FullReader;
import io.stemspark.internal.ffmpeg.Resampler;
import io.stemspark.spectrogram.Spectrogram;
import io.stemspark.spectrogram.StftAnalyzer;
import io.stemspark.spectrogram.StftAnalyzer.FrameSink;
import io.stemspark.spectrogram.StftConfig;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Streams audio as patches: what {@link Patcher#split} makes of a whole track's spectrogram, a few
 * seconds at a time. Audio of another rate than the transform's is resampled. Not thread-safe.
 */
public final class PatchReader implements Closeable {
  private final AudioReader audio;
  private final FullReader blocks;
  private final PatchConfig patch;
  private final Resampler resampler;
  private final StftAnalyzer analyzer;
  private final FrameSink collect = this::collect;
  private final float[][] block;
  private final Deque<List<Patch>> ready = new ArrayDeque<>();
  private List<Patch> current;
  private int filled;
  private int frames;
  private boolean ended;
  private boolean closed;

  /** Reads {@code audio}, which this reader then closes. */
  public PatchReader(AudioReader audio, StftConfig stft, PatchConfig patch) throws IOException {
    this.audio = audio;
    this.blocks = new FullReader(audio);
    this.patch = patch;
    int channels = audio.format().channels();
    int rate = audio.format().sampleRate();
    this.block = new float[channels][stft.fftSize()];
    try {
      this.resampler =
          rate == stft.sampleRate() ? null : new Resampler(channels, rate, stft.sampleRate());
    } catch (IOException | RuntimeException e) {
      audio.close();
      throw e;
    }
    this.analyzer = new StftAnalyzer(stft, channels);
  }

  /** The next patch of every channel, or null at the end. */
  public List<Patch> next() throws IOException {
    while (ready.isEmpty() && !ended) {
      int length = blocks.read(block);
      if (length < 0) {
        finish();
      } else {
        push(resampler == null ? block : resampler.resample(block, length), length);
      }
    }
    return ready.poll();
  }

  private void push(float[][] samples, int length) {
    analyzer.push(samples, 0, resampler == null ? length : samples[0].length, collect);
  }

  private void finish() throws IOException {
    ended = true;
    if (resampler != null) {
      push(resampler.finish(), 0);
    }
    analyzer.finish(collect);
    if (filled > 0) {
      ready.add(current);
    }
  }

  private void collect(float[][] real, float[][] imag) {
    if (filled == 0) {
      current = new ArrayList<>();
      for (int c = 0; c < real.length; c++) {
        current.add(new Patch(frames, new Spectrogram(patch.frames(), patch.bins())));
      }
    }
    for (int c = 0; c < real.length; c++) {
      Spectrogram content = current.get(c).content();
      System.arraycopy(real[c], 0, content.real(), filled * patch.bins(), patch.bins());
      System.arraycopy(imag[c], 0, content.imag(), filled * patch.bins(), patch.bins());
    }
    filled++;
    frames++;
    if (filled == patch.frames()) {
      ready.add(current);
      filled = 0;
    }
  }

  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    analyzer.close();
    if (resampler != null) {
      resampler.close();
    }
    audio.close();
  }
}
