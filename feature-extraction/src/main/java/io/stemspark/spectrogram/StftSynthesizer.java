package io.stemspark.spectrogram;

import java.util.Arrays;

/**
 * Turns frames back into samples: the least-squares inverse of Griffin and Lim (1984), overlap-add
 * of windowed frames divided by the sum of squared windows. Not thread-safe.
 *
 * <p>After frame k all samples before (k + 1) * hopLength - fftSize / 2 are final.
 */
public final class StftSynthesizer {
  private final StftConfig config;
  private final RealFft fft;
  private final float[] window;
  private final float[] frame;
  private final float[][] sum;
  private final float[] weight;
  private final float[][] ready;
  private int skip;
  private long emitted;

  public StftSynthesizer(StftConfig config, int channels) {
    this.config = config;
    this.fft = new RealFft(config.fftSize());
    this.window = config.window();
    this.frame = new float[config.fftSize()];
    this.sum = new float[channels][config.fftSize()];
    this.weight = new float[config.fftSize()];
    this.ready = new float[channels][config.fftSize()];
    this.skip = config.fftSize() / 2;
  }

  /** Takes the next frame, {@code [channel][bin]}; samples that are final go to {@code sink}. */
  public void push(float[][] real, float[][] imag, SampleSink sink) {
    for (int c = 0; c < sum.length; c++) {
      fft.inverse(real[c], imag[c], frame);
      for (int i = 0; i < frame.length; i++) {
        sum[c][i] += frame[i] * window[i];
      }
    }
    for (int i = 0; i < frame.length; i++) {
      weight[i] += window[i] * window[i];
    }
    emit(config.hopLength(), sink);
    for (float[] channel : sum) {
      shift(channel);
    }
    shift(weight);
  }

  /** Ends the stream, so that {@code length} samples in all have gone to {@code sink}. */
  public void finish(long length, SampleSink sink) {
    emit(skip + Math.toIntExact(length - emitted), sink);
  }

  private void emit(int count, SampleSink sink) {
    for (int c = 0; c < sum.length; c++) {
      for (int i = 0; i < count; i++) {
        ready[c][i] = weight[i] > 0 ? sum[c][i] / weight[i] : 0;
      }
    }
    int drop = Math.min(skip, count);
    skip -= drop;
    if (count > drop) {
      sink.samples(ready, drop, count - drop);
      emitted += count - drop;
    }
  }

  private void shift(float[] values) {
    int hop = config.hopLength();
    System.arraycopy(values, hop, values, 0, values.length - hop);
    Arrays.fill(values, values.length - hop, values.length, 0);
  }
}
