package io.stemspark.spectrogram;

/**
 * The weights of a frame's samples, in their periodic form: a window of n samples is the first n of
 * the symmetric window of n + 1. All are sums of cosines, w[i] = a0 - a1 cos(x) + a2 cos(2x) with x
 * = 2 pi i / n (Harris 1978).
 */
public enum Window {
  HANN(0.5, 0.5, 0),
  HAMMING(0.54, 0.46, 0),
  BLACKMAN(0.42, 0.5, 0.08),
  RECTANGULAR(1, 0, 0);

  /** The least sum of overlapping squared windows, relative to the most; Hann at n/2 has a half. */
  private static final double MIN_OVERLAP = 0.4;

  private final double a0;
  private final double a1;
  private final double a2;

  Window(double a0, double a1, double a2) {
    this.a0 = a0;
    this.a1 = a1;
    this.a2 = a2;
  }

  /** The weights of a frame of {@code size} samples. */
  public float[] samples(int size) {
    float[] samples = new float[size];
    for (int i = 0; i < size; i++) {
      samples[i] = (float) at(i, size);
    }
    return samples;
  }

  /**
   * Whether a signal can be had back from frames of {@code size} samples, one every {@code hop},
   * without amplifying anything much: everywhere, also at its ends, some window is large. All that
   * satisfy the constant overlap-add condition (COLA) do, and many more.
   */
  public boolean covers(int size, int hop) {
    if (hop > size || (hop > size / 2 && this != RECTANGULAR)) {
      return false;
    }
    double least = Double.MAX_VALUE;
    double most = 0;
    for (int start = 0; start < hop; start++) {
      double sum = 0;
      for (int i = start; i < size; i += hop) {
        sum += at(i, size) * at(i, size);
      }
      least = Math.min(least, sum);
      most = Math.max(most, sum);
    }
    return least >= MIN_OVERLAP * most;
  }

  private double at(int i, int size) {
    double x = 2 * Math.PI * i / size;
    return a0 - a1 * Math.cos(x) + a2 * Math.cos(2 * x);
  }
}
