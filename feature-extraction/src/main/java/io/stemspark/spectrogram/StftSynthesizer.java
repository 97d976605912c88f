package io.stemspark.spectrogram;

import io.stemspark.internal.fft.RealFft;
import java.util.Arrays;

/**
 * Turns frames back into samples: the least-squares inverse of Griffin and Lim (1984), overlap-add
 * of windowed frames divided by the sum of squared windows. Holds native memory until it is closed.
 * Not thread-safe.
 *
 * <p>With frame k all samples before k * hopLength - fftSize / 2 are final and passed on.
 */
public final class StftSynthesizer implements AutoCloseable {
  private final int size;
  private final int hop;
  private final RealFft fft;
  private final float[] squaredWindow;
  private final float[] fullOverlap;
  private final float[] weights;
  private final float[] frame;
  private final float[][] sum;
  private long frames;
  private int skip;
  private long emitted;

  public StftSynthesizer(StftConfig config, int channels) {
    this.size = config.fftSize();
    this.hop = config.hopLength();
    this.fft = new RealFft(size);
    this.weights = config.window().samples(size);
    this.squaredWindow = config.window().samples(size);
    this.fullOverlap = new float[hop];
    for (int i = 0; i < size; i++) {
      squaredWindow[i] *= squaredWindow[i];
      fullOverlap[i % hop] += squaredWindow[i];
    }
    for (int i = 0; i < size; i++) {
      weights[i] /= size * fullOverlap[i % hop];
    }
    this.frame = new float[size];
    this.sum = new float[channels][size];
    this.skip = size / 2;
  }

  /**
   * Takes the next frame, {@code [channel][bin]}; samples that are final go to {@code sink}, in
   * arrays that are this object's own.
   */
  public void push(float[][] real, float[][] imag, SampleSink sink) {
    if (frames > 0) {
      emit(hop, (frames - 1) * hop < size - hop, sink);
      for (float[] channel : sum) {
        System.arraycopy(channel, hop, channel, 0, size - hop);
        Arrays.fill(channel, size - hop, size, 0);
      }
    }
    for (int c = 0; c < sum.length; c++) {
      fft.inverse(real[c], imag[c], frame);
      addProduct(frame, weights, sum[c]);
    }
    frames++;
  }

  private static void addProduct(float[] a, float[] b, float[] into) {
    for (int i = 0; i < into.length; i++) {
      into[i] += a[i] * b[i];
    }
  }

  /** Ends the stream, so that {@code length} samples in all have gone to {@code sink}. */
  public void finish(long length, SampleSink sink) {
    emit(skip + Math.toIntExact(length - emitted), true, sink);
  }

  private void emit(int count, boolean atEdge, SampleSink sink) {
    int drop = Math.min(skip, count);
    skip -= drop;
    if (count == drop) {
      return;
    }
    if (atEdge) {
      level(drop, count);
    }
    sink.samples(sum, drop, count - drop);
    emitted += count - drop;
  }

  /**
   * Makes up for the windows that are missing at both ends of the signal, where fewer overlap than
   * {@link #weights} takes for granted.
   */
  private void level(int from, int to) {
    long origin = (frames - 1) * hop;
    for (int i = from; i < to; i++) {
      float overlap = 0;
      long last = Math.min(frames - 1, (origin + i) / hop);
      for (long k = last; k >= 0 && origin + i - k * hop < size; k--) {
        overlap += squaredWindow[(int) (origin + i - k * hop)];
      }
      float factor = fullOverlap[i % hop] / overlap;
      for (float[] channel : sum) {
        channel[i] *= factor;
      }
    }
  }

  @Override
  public void close() {
    fft.close();
  }

  /** Takes samples as they become final. */
  @FunctionalInterface
  public interface SampleSink {
    /**
     * Takes the next samples of all channels.
     *
     * @param samples {@code [channel][time]}, reused by the caller after the call
     * @param from index of the first sample
     * @param length samples per channel
     */
    void samples(float[][] samples, int from, int length);
  }
}
