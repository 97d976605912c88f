package io.stemspark.internal.training;

import io.stemspark.training.Optimizer;
import io.stemspark.training.TrainingConfig;
import io.stemspark.unet.UNetGraph.LearningRule;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;

/** How steps follow from gradients, as settings have it. */
public final class LearningRules {
  private LearningRules() {}

  /**
   * How a network is fitted.
   *
   * @param steps that each worker makes in all epochs
   */
  public static LearningRule of(TrainingConfig config, int steps) {
    Optimizer optimizer = config.optimizer();
    return new LearningRule(updater(optimizer, steps), optimizer.weightDecay(), config.loss());
  }

  /** The learning rate of a run of so many steps. */
  static WarmUpCosine schedule(Optimizer optimizer, int steps) {
    int warmUp = (int) Math.round(optimizer.warmUp() * steps);
    return new WarmUpCosine(optimizer.learningRate(), warmUp, Math.max(1, steps));
  }

  /**
   * Adam for a run.
   *
   * @param steps of one worker, over the whole training
   */
  static IUpdater updater(Optimizer optimizer, int steps) {
    WarmUpCosine schedule = schedule(optimizer, steps);
    double limit = optimizer.gradientLimit();
    return limit == 0 ? new Adam(schedule) : new AdaptiveClipAdam(schedule, limit);
  }
}
