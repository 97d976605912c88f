package io.stemspark.spectrogram;

import java.util.Arrays;

/**
 * Turns frames back into samples: the least-squares inverse of Griffin and Lim (1984), overlap-add
 * of windowed frames divided by the sum of squared windows. Holds native memory until it is closed.
 * Not thread-safe.
 *
 * <p>With frame k all samples before k * hopLength - fftSize / 2 are final and passed on.
 */
public final class StftSynthesizer implements AutoCloseable {
  private final StftConfig config;
  private final RealFft fft;
  private final float[] window;
  private final float[] squaredWindow;
  private final float[] frame;
  private final float[][] sum;
  private final float[] weight;
  private final float[][] ready;
  private long frames;
  private int skip;
  private long emitted;

  public StftSynthesizer(StftConfig config, int channels) {
    this.config = config;
    this.fft = new RealFft(config.fftSize());
    this.window = config.window().samples(config.fftSize());
    this.squaredWindow = config.window().samples(config.fftSize());
    for (int i = 0; i < squaredWindow.length; i++) {
      squaredWindow[i] *= squaredWindow[i];
    }
    this.frame = new float[config.fftSize()];
    this.sum = new float[channels][config.fftSize()];
    this.weight = new float[config.fftSize()];
    this.ready = new float[channels][config.fftSize()];
    this.skip = config.fftSize() / 2;
  }

  /** Takes the next frame, {@code [channel][bin]}; samples that are final go to {@code sink}. */
  public void push(float[][] real, float[][] imag, SampleSink sink) {
    if (frames > 0) {
      emit(config.hopLength(), sink);
      for (float[] channel : sum) {
        shift(channel);
      }
    }
    for (int c = 0; c < sum.length; c++) {
      fft.inverse(real[c], imag[c], frame);
      float[] channel = sum[c];
      for (int i = 0; i < frame.length; i++) {
        channel[i] += frame[i] * window[i];
      }
    }
    // Once as many frames overlap as ever will, a shift and another window change nothing.
    if (frames * config.hopLength() < config.fftSize()) {
      addWeight();
    }
    frames++;
  }

  private void addWeight() {
    if (frames > 0) {
      shift(weight);
    }
    for (int i = 0; i < weight.length; i++) {
      weight[i] += squaredWindow[i];
    }
  }

  /** Ends the stream, so that {@code length} samples in all have gone to {@code sink}. */
  public void finish(long length, SampleSink sink) {
    emit(skip + Math.toIntExact(length - emitted), sink);
  }

  private void emit(int count, SampleSink sink) {
    int drop = Math.min(skip, count);
    skip -= drop;
    if (count == drop) {
      return;
    }
    for (int c = 0; c < sum.length; c++) {
      divide(sum[c], weight, ready[c], drop, count);
    }
    sink.samples(ready, drop, count - drop);
    emitted += count - drop;
  }

  private static void divide(float[] a, float[] b, float[] into, int from, int to) {
    for (int i = from; i < to; i++) {
      into[i] = a[i] / b[i];
    }
  }

  private void shift(float[] values) {
    int hop = config.hopLength();
    System.arraycopy(values, hop, values, 0, values.length - hop);
    Arrays.fill(values, values.length - hop, values.length, 0);
  }

  @Override
  public void close() {
    fft.close();
  }
}
