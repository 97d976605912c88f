package io.stemspark.training;

import io.stemspark.unet.Compute;
import io.stemspark.unet.Loss;

/** Small recipes. */
public final class TestTraining {
  static final Averaging EVERY_STEP = new Averaging(1, 1, 0);

  private TestTraining() {}

  /** One epoch, for tests that want batches as they are. */
  public static TrainingConfig unaugmented(int batchSize) {
    return augmented(batchSize, Augmentation.NONE);
  }

  static TrainingConfig augmented(int batchSize, Augmentation augmentation) {
    return new TrainingConfig(
        Compute.TORCH,
        Loss.MAGNITUDE,
        1,
        0,
        0,
        batchSize,
        EVERY_STEP,
        new Optimizer(1e-3, 0, 0, 0),
        10,
        augmentation,
        0,
        0,
        1);
  }
}
