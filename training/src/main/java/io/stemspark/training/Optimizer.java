package io.stemspark.training;

import io.stemspark.settings.Section;

/**
 * How steps follow from gradients.
 *
 * @param learningRate Adam's step size after the warm-up; from there it falls to zero
 * @param warmUp share of the run's steps in which it rises
 * @param gradientLimit a gradient is shortened to so many times its usual length; 0 for no limit
 * @param weightDecay share of a convolution's weights that a step takes from them, in learning
 *     rates (Loshchilov and Hutter, 2019)
 */
public record Optimizer(
    double learningRate, double warmUp, double gradientLimit, double weightDecay) {

  static Optimizer from(Section settings) {
    return new Optimizer(
        settings.number("learning-rate", 1e-9, 1),
        settings.number("warm-up", 0, 1),
        settings.number("gradient-limit", 0, 1e6),
        settings.number("weight-decay", 0, 1));
  }
}
