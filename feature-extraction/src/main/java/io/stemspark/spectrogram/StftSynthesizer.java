package io.stemspark.spectrogram;

import java.util.Arrays;

/**
 * Turns frames of one channel back into samples: the least-squares inverse of Griffin and Lim
 * (1984), overlap-add of windowed frames divided by the sum of squared windows. Not thread-safe.
 *
 * <p>After frame k all samples before (k + 1) * hopLength - fftSize / 2 are final.
 */
public final class StftSynthesizer {
  private final StftConfig config;
  private final RealFft fft;
  private final float[] window;
  private final float[] sum;
  private final float[] weight;
  private final float[] frame;
  private int skip;
  private long emitted;

  public StftSynthesizer(StftConfig config) {
    this.config = config;
    this.fft = new RealFft(config.fftSize());
    this.window = config.window();
    this.sum = new float[config.fftSize()];
    this.weight = new float[config.fftSize()];
    this.frame = new float[config.fftSize()];
    this.skip = config.fftSize() / 2;
  }

  /** Takes the next frame; samples that are final go to {@code sink}. */
  public void push(float[] real, float[] imag, SampleSink sink) {
    fft.inverse(real, imag, frame);
    for (int i = 0; i < frame.length; i++) {
      sum[i] += frame[i] * window[i];
      weight[i] += window[i] * window[i];
    }
    emit(config.hopLength(), sink);
    int hop = config.hopLength();
    shift(sum, hop);
    shift(weight, hop);
  }

  /** Ends the stream, so that {@code length} samples in all have gone to {@code sink}. */
  public void finish(long length, SampleSink sink) {
    int rest = Math.toIntExact(length - emitted);
    emit(skip + rest, sink);
  }

  private void emit(int count, SampleSink sink) {
    for (int i = 0; i < count; i++) {
      frame[i] = weight[i] > 0 ? sum[i] / weight[i] : 0;
    }
    int drop = Math.min(skip, count);
    skip -= drop;
    if (count > drop) {
      sink.samples(frame, drop, count - drop);
      emitted += count - drop;
    }
  }

  private static void shift(float[] values, int by) {
    System.arraycopy(values, by, values, 0, values.length - by);
    Arrays.fill(values, values.length - by, values.length, 0);
  }
}
