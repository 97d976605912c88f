package io.stemspark.metrics;

/**
 * How good an estimate of a stem is in one window of time: the measures of BSS Eval v4 in dB
 * (Vincent et al. 2007; Stöter, Liutkus and Ito 2018). All are NaN where a reference or an estimate
 * is silent; infinite where there is nothing wrong.
 *
 * @param sdr signal to distortion of any kind
 * @param isr signal to what a filter of its channels would put right
 * @param sir signal to what is left of the other stems
 * @param sar signal to what comes from no stem
 */
public record FrameScore(double sdr, double isr, double sir, double sar) {
  static final FrameScore NONE = new FrameScore(Double.NaN, Double.NaN, Double.NaN, Double.NaN);
}
