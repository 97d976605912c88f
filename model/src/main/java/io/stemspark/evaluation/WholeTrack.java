package io.stemspark.evaluation;

/** Sums over a whole track of a reference s and its estimate e. Not thread-safe. */
final class WholeTrack {
  private double signal;
  private double estimated;
  private double product;
  private double distortion;

  /** Adds samples of a channel. */
  void add(float[] reference, float[] estimate, int length) {
    for (int t = 0; t < length; t++) {
      double s = reference[t];
      double e = estimate[t];
      signal += s * s;
      estimated += e * e;
      product += s * e;
      distortion += (s - e) * (s - e);
    }
  }

  double sdr() {
    return 10 * Math.log10(signal / distortion);
  }

  /** The reference that comes closest is s * product / signal, and their difference orthogonal. */
  double siSdr() {
    double closest = product * product / signal;
    return 10 * Math.log10(closest / Math.max(0, estimated - closest));
  }
}
