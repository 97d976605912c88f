package io.stemspark.metrics;

import io.stemspark.metrics.StemScores.FrameScore;

/** Energies of the parts that an estimate is made of, in one window. */
final class FrameEnergies {
  private double reference;
  private double distortion;
  private double spatial;
  private double ownImage;
  private double interference;
  private double fullImage;
  private double artifacts;

  /**
   * Adds a channel.
   *
   * @param length of the reference s and the estimate e; silence follows
   * @param own the projection p on the stem's own reference
   * @param full the projection f on all references
   * @param tailed length of these
   */
  void add(float[] s, float[] e, int length, double[] own, double[] full, int tailed) {
    for (int t = 0; t < tailed; t++) {
      double signal = t < length ? s[t] : 0;
      double estimate = t < length ? e[t] : 0;
      reference += signal * signal;
      distortion += square(estimate - signal);
      spatial += square(own[t] - signal);
      ownImage += own[t] * own[t];
      interference += square(full[t] - own[t]);
      fullImage += full[t] * full[t];
      artifacts += square(estimate - full[t]);
    }
  }

  private static double square(double value) {
    return value * value;
  }

  FrameScore score() {
    return new FrameScore(
        decibels(reference, distortion),
        decibels(reference, spatial),
        decibels(ownImage, interference),
        decibels(fullImage, artifacts));
  }

  private static double decibels(double signal, double error) {
    return error == 0 ? Double.POSITIVE_INFINITY : 10 * Math.log10(signal / error);
  }
}
