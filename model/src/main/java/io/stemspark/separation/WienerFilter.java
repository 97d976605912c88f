package io.stemspark.separation;

import io.stemspark.spectrogram.Spectrogram;
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
  void refine(Spectrogram[] mixture, int from, Spectrogram[] voice) {
    for (int bin = 0; bin < voice[0].bins(); bin++) {
      refineBin(mixture, from, voice, bin);
    }
  }

  private void refineBin(Spectrogram[] mixture, int from, Spectrogram[] voice, int bin) {
    Arrays.fill(voiceCovariance, 0);
    Arrays.fill(restCovariance, 0);
    double power = 0;
    for (int frame = 0; frame < voice[0].frames(); frame++) {
      int x = (from + frame) * mixture[0].bins() + bin;
      int y = frame * voice[0].bins() + bin;
      double leftRe = voice[0].real()[y];
      double leftIm = voice[0].imag()[y];
      double rightRe = voice[1].real()[y];
      double rightIm = voice[1].imag()[y];
      addOuterProduct(voiceCovariance, leftRe, leftIm, rightRe, rightIm);
      addOuterProduct(
          restCovariance,
          mixture[0].real()[x] - leftRe,
          mixture[0].imag()[x] - leftIm,
          mixture[1].real()[x] - rightRe,
          mixture[1].imag()[x] - rightIm);
      power += square(mixture[0].real()[x]) + square(mixture[0].imag()[x]);
      power += square(mixture[1].real()[x]) + square(mixture[1].imag()[x]);
    }
    normalise(voiceCovariance);
    normalise(restCovariance);
    double floor = REGULARISATION * power / voice[0].frames() + Float.MIN_NORMAL;
    for (int frame = 0; frame < voice[0].frames(); frame++) {
      int x = (from + frame) * mixture[0].bins() + bin;
      filter(mixture, x, voice, frame * voice[0].bins() + bin, floor);
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

  private void filter(Spectrogram[] mixture, int x, Spectrogram[] voice, int y, double floor) {
    double leftRe = mixture[0].real()[x];
    double leftIm = mixture[0].imag()[x];
    double rightRe = mixture[1].real()[x];
    double rightIm = mixture[1].imag()[x];
    double sung =
        (square(voice[0].real()[y])
                + square(voice[0].imag()[y])
                + square(voice[1].real()[y])
                + square(voice[1].imag()[y]))
            / 2;
    double played =
        (square(leftRe - voice[0].real()[y])
                + square(leftIm - voice[0].imag()[y])
                + square(rightRe - voice[1].real()[y])
                + square(rightIm - voice[1].imag()[y]))
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
    voice[0].real()[y] = (float) (sung * (r[0] * zLeftRe + r[2] * zRightRe - r[3] * zRightIm));
    voice[0].imag()[y] = (float) (sung * (r[0] * zLeftIm + r[2] * zRightIm + r[3] * zRightRe));
    voice[1].real()[y] = (float) (sung * (r[1] * zRightRe + r[2] * zLeftRe + r[3] * zLeftIm));
    voice[1].imag()[y] = (float) (sung * (r[1] * zRightIm + r[2] * zLeftIm - r[3] * zLeftRe));
  }

  private static double square(double value) {
    return value * value;
  }
}
