package io.stemspark.training;

import io.stemspark.settings.Section;

/**
 * How gradients become steps.
 *
 * @param learningRate Adam's step size after the warm-up; from there it falls to zero
 * @param warmUp share of the run's steps in which the learning rate rises
 * @param gradientLimit the longest gradient, as a multiple of its usual length: longer ones are
 *     shortened to it; 0 for no limit
 * @param weightDecay share of a convolution's weights that a step subtracts from them, as a
 *     multiple of the learning rate (Loshchilov and Hutter, 2019)
 * @param frozenBatchNorm whether batch norms use their running statistics, and leave them as they
 *     are, instead of those of each batch
 */
public record Optimizer(
    double learningRate,
    double warmUp,
    double gradientLimit,
    double weightDecay,
    boolean frozenBatchNorm) {

  static Optimizer from(Section settings) {
    return new Optimizer(
        settings.number("learning-rate", 1e-9, 1),
        settings.number("warm-up", 0, 1),
        settings.number("gradient-limit", 0, 1e6),
        settings.number("weight-decay", 0, 1),
        settings.flag("frozen-batch-norm"));
  }
}
