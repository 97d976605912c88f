package io.stemspark.training;

import io.stemspark.settings.Section;
import io.stemspark.unet.Compute;

/**
 * The training recipe.
 *
 * @param compute what computes passes of the network
 * @param epochs how many; each ends with a validation
 * @param patchesPerEpoch patches of an epoch, drawn anew each time; 0 for all
 * @param batchSize patches per step of one worker
 * @param averagingPeriod steps of each worker between two averagings
 * @param learningRate Adam's step size at the start; it falls linearly to zero
 * @param remix whether vocals meet the accompaniment of another patch of their batch
 * @param leastGain stems are scaled by a random factor from here
 * @param mostGain to here
 * @param validationPatches patches that are scored after each epoch, at most
 * @param workers tasks that train in parallel; 0 for as many as Spark has cores when training
 *     starts
 * @param seed of weights, order and augmentation
 */
public record TrainingConfig(
    Compute compute,
    int epochs,
    int patchesPerEpoch,
    int batchSize,
    int averagingPeriod,
    double learningRate,
    boolean remix,
    double leastGain,
    double mostGain,
    int validationPatches,
    int workers,
    long seed) {
  public TrainingConfig {
    if (leastGain > mostGain) {
      throw new IllegalArgumentException(
          "a most-gain of at least least-gain (%s), not %s".formatted(leastGain, mostGain));
    }
  }

  public static TrainingConfig from(Section settings) {
    return settings.build(
        "most-gain",
        () ->
            new TrainingConfig(
                settings.choice("compute", Compute.class),
                settings.integer("epochs", 1, 1_000_000),
                settings.integer("patches-per-epoch", 0, Integer.MAX_VALUE),
                settings.integer("batch-size", 1, 4096),
                settings.integer("averaging-period", 1, 1_000_000),
                settings.number("learning-rate", 1e-9, 1),
                settings.flag("remix"),
                settings.number("least-gain", 0, 16),
                settings.number("most-gain", 0, 16),
                settings.integer("validation-patches", 0, 1_000_000),
                settings.integer("workers", 0, 100_000),
                settings.integer64("seed")));
  }
}
