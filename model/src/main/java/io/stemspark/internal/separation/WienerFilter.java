package io.stemspark.internal.separation;

import java.util.Arrays;

/**
 * One step of expectation maximisation of the multichannel Wiener filter, for two channels and two
 * sources, the voice and the rest (Duong, Vincent and Gribonval 2010; Liutkus and Stoeter, norbert
 * 2019), over the frames of a window.
 *
 * <p>In each bin a source j has a power v_j(t), the mean over channels of its estimate's, and a
 * spatial covariance R_j = sum over t of y_j y_j^H / sum over t of v_j. Its new estimate is v_j R_j
 * (v_1 R_1 + v_2 R_2)^-1 x.
 */
final class WienerFilter {
  static final int CHANNELS = 2;

  /** Keeps the matrix invertible, relative to the power of the mixture in the bin. */
  private static final double REGULARISATION = 1e-7;

  private final double[] voiceCovariance = new double[4];
  private final double[] restCovariance = new double[4];

  /**
   * Refines {@code voice}.
   *
   * @param mixture left and right
   * @param from the mixture's frame that is the voice's first
   * @param voice left and right, one window long; replaced
   */
  void refine(SpectrogramBlock mixture, int from, SpectrogramBlock voice) {
    int bins = mixture.real(from)[0].length;
    for (int bin = 0; bin < bins; bin++) {
      refineBin(mixture, from, voice, bin);
    }
  }

  private void refineBin(SpectrogramBlock mixture, int from, SpectrogramBlock voice, int bin) {
    Arrays.fill(voiceCovariance, 0);
    Arrays.fill(restCovariance, 0);
    double power = 0;
    for (int frame = 0; frame < voice.count(); frame++) {
      float[][] xRe = mixture.real(from + frame);
      float[][] xIm = mixture.imag(from + frame);
      double leftRe = voice.real(frame)[0][bin];
      double leftIm = voice.imag(frame)[0][bin];
      double rightRe = voice.real(frame)[1][bin];
      double rightIm = voice.imag(frame)[1][bin];
      addOuterProduct(voiceCovariance, leftRe, leftIm, rightRe, rightIm);
      addOuterProduct(
          restCovariance,
          xRe[0][bin] - leftRe,
          xIm[0][bin] - leftIm,
          xRe[1][bin] - rightRe,
          xIm[1][bin] - rightIm);
      power += square(xRe[0][bin]) + square(xIm[0][bin]);
      power += square(xRe[1][bin]) + square(xIm[1][bin]);
    }
    normalise(voiceCovariance);
    normalise(restCovariance);
    if (restCovariance[0] + restCovariance[1] == 0) {
      return; // there is only voice, and the floor would weaken its soft frames
    }
    double floor = REGULARISATION * power / voice.count() + Float.MIN_NORMAL;
    for (int frame = 0; frame < voice.count(); frame++) {
      filter(
          mixture.real(from + frame),
          mixture.imag(from + frame),
          voice.real(frame),
          voice.imag(frame),
          bin,
          floor);
    }
  }

  /** Hermitian matrices are kept as (m00, m11, re m01, im m01). */
  private static void addOuterProduct(
      double[] sum, double leftRe, double leftIm, double rightRe, double rightIm) {
    sum[0] += leftRe * leftRe + leftIm * leftIm;
    sum[1] += rightRe * rightRe + rightIm * rightIm;
    sum[2] += leftRe * rightRe + leftIm * rightIm;
    sum[3] += leftIm * rightRe - leftRe * rightIm;
  }

  /** The power of a source is the mean of the diagonal, so a covariance has the trace 2. */
  private static void normalise(double[] sum) {
    double power = (sum[0] + sum[1]) / 2;
    for (int i = 0; i < sum.length; i++) {
      sum[i] = power > 0 ? sum[i] / power : 0;
    }
  }

  private void filter(
      float[][] xRe, float[][] xIm, float[][] yRe, float[][] yIm, int bin, double floor) {
    double leftRe = xRe[0][bin];
    double leftIm = xIm[0][bin];
    double rightRe = xRe[1][bin];
    double rightIm = xIm[1][bin];
    double sung =
        (square(yRe[0][bin]) + square(yIm[0][bin]) + square(yRe[1][bin]) + square(yIm[1][bin])) / 2;
    double played =
        (square(leftRe - yRe[0][bin])
                + square(leftIm - yIm[0][bin])
                + square(rightRe - yRe[1][bin])
                + square(rightIm - yIm[1][bin]))
            / 2;
    double m00 = sung * voiceCovariance[0] + played * restCovariance[0] + floor;
    double m11 = sung * voiceCovariance[1] + played * restCovariance[1] + floor;
    double re = sung * voiceCovariance[2] + played * restCovariance[2];
    double im = sung * voiceCovariance[3] + played * restCovariance[3];
    double determinant = m00 * m11 - re * re - im * im;
    // z = M^-1 x, then y = v R z.
    double zLeftRe = (m11 * leftRe - (re * rightRe - im * rightIm)) / determinant;
    double zLeftIm = (m11 * leftIm - (re * rightIm + im * rightRe)) / determinant;
    double zRightRe = (m00 * rightRe - (re * leftRe + im * leftIm)) / determinant;
    double zRightIm = (m00 * rightIm - (re * leftIm - im * leftRe)) / determinant;
    double[] r = voiceCovariance;
    yRe[0][bin] = (float) (sung * (r[0] * zLeftRe + r[2] * zRightRe - r[3] * zRightIm));
    yIm[0][bin] = (float) (sung * (r[0] * zLeftIm + r[2] * zRightIm + r[3] * zRightRe));
    yRe[1][bin] = (float) (sung * (r[1] * zRightRe + r[2] * zLeftRe + r[3] * zLeftIm));
    yIm[1][bin] = (float) (sung * (r[1] * zRightIm + r[2] * zLeftIm - r[3] * zLeftRe));
  }

  private static double square(double value) {
    return value * value;
  }
}
