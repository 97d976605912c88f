/**
 * Fits the U-Net to patches of known vocals and accompaniment. {@link
 * io.stemspark.training.TrainingLoop} is the recipe; a {@link io.stemspark.training.Fitter} decides
 * where its steps are computed.
 */
package io.stemspark.training;
