package io.stemspark.training;

import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;

/** How steps follow from gradients. */
public final class Optimizer {
  private Optimizer() {}

  /**
   * Adam (Kingma and Ba, 2015) with a learning rate that falls linearly to zero.
   *
   * @param steps steps of one worker over the whole training
   */
  public static IUpdater of(TrainingConfig config, int steps) {
    return new Adam(new LinearDecay(config.learningRate(), Math.max(1, steps)));
  }
}
