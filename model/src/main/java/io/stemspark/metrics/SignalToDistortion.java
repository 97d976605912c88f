package io.stemspark.metrics;

/**
 * Accumulates what whole-track measures of estimates e and references s are made of: the
 * signal-to-distortion ratio of the Music Demixing Challenge, 10 log10 (sum |s|^2 / sum |s - e|^2),
 * and the scale-invariant one. By Parseval's theorem it may also be fed with spectra. Not
 * thread-safe.
 */
public final class SignalToDistortion {
  private double signal;
  private double distortion;
  private double estimated;
  private double product;

  /** Adds {@code length} values from 0 on. */
  public void add(float[] reference, float[] estimate, int length) {
    for (int i = 0; i < length; i++) {
      double s = reference[i];
      double e = estimate[i];
      signal += s * s;
      distortion += (s - e) * (s - e);
      estimated += e * e;
      product += s * e;
    }
  }

  /**
   * In dB; infinite for a perfect estimate, minus infinity for a silent reference, NaN for both.
   */
  public double decibels() {
    return 10 * Math.log10(signal / distortion);
  }

  /**
   * The ratio to the reference that is scaled to come closest to the estimate (Le Roux et al.
   * 2019), in dB: s * product / signal, to which the rest of the estimate is orthogonal.
   */
  public double scaleInvariantDecibels() {
    double closest = product * product / signal;
    return 10 * Math.log10(closest / Math.max(0, estimated - closest));
  }
}
