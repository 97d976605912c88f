package io.stemspark.metrics;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * How good the estimate of a track's stem is.
 *
 * @param frames scores of windows of a second
 * @param sdr of the whole track: 10 log10 (sum s^2 / sum (s - e)^2) in dB, of a reference s and its
 *     estimate e (Mitsufuji et al. 2022); NaN if both sums are zero
 * @param siSdr the same after the reference has been scaled to come closest to the estimate (Le
 *     Roux et al. 2019): a change of level costs nothing
 */
public record StemScores(List<FrameScore> frames, double sdr, double siSdr) {
  public StemScores {
    frames = List.copyOf(frames);
  }

  /** The median of a measure over windows, without those that have none; NaN if none has. */
  public double median(ToDoubleFunction<FrameScore> measure) {
    return median(frames.stream().mapToDouble(measure).toArray());
  }

  /** The median of numbers, without NaN and infinite ones; NaN if there are no others. */
  public static double median(double... values) {
    double[] sorted = Arrays.stream(values).filter(Double::isFinite).sorted().toArray();
    int n = sorted.length;
    return n == 0 ? Double.NaN : (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
  }

  /**
   * How good an estimate of a stem is in one window of time: the measures of BSS Eval v4 in dB
   * (Vincent et al. 2007; Stöter, Liutkus and Ito 2018). All are NaN where a reference or an
   * estimate is silent; infinite where there is nothing wrong.
   *
   * @param sdr signal to distortion of any kind
   * @param isr signal to what a filter of its channels would put right
   * @param sir signal to what is left of the other stems
   * @param sar signal to what comes from no stem
   */
  public record FrameScore(double sdr, double isr, double sir, double sar) {
    static final FrameScore NONE = new FrameScore(Double.NaN, Double.NaN, Double.NaN, Double.NaN);
  }
}
