package io.stemspark.evaluation;

/**
 * Accumulates the signal-to-distortion ratio, 10 log10 (sum |s|^2 / sum |s - e|^2) in dB, of
 * estimates e and references s: the whole-track SDR of the Music Demixing Challenge. By Parseval's
 * theorem it may also be fed with spectra. Not thread-safe.
 */
public final class SignalToDistortion {
  private double signal;
  private double distortion;

  /** Adds {@code length} values from 0 on. */
  public void add(float[] reference, float[] estimate, int length) {
    for (int i = 0; i < length; i++) {
      double error = reference[i] - estimate[i];
      signal += (double) reference[i] * reference[i];
      distortion += error * error;
    }
  }

  /** Infinite for a perfect estimate, NaN if both sums are zero. */
  public double decibels() {
    return 10 * Math.log10(signal / distortion);
  }
}
