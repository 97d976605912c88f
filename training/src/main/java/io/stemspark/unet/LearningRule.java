package io.stemspark.unet;

import org.nd4j.linalg.learning.config.IUpdater;

/**
 * How a network is fitted.
 *
 * @param updater turns gradients into steps
 * @param weightDecay share of a convolution's weights that a step takes from them, in learning
 *     rates; normalisations and biases keep theirs
 * @param loss what is made small
 */
public record LearningRule(IUpdater updater, double weightDecay, Loss loss) {}
