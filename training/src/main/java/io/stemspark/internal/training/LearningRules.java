package io.stemspark.internal.training;

import io.stemspark.training.Optimizer;
import io.stemspark.training.TrainingConfig;
import io.stemspark.unet.UNetGraph.LearningRule;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.schedule.ISchedule;

/** Makes the rules by which a network is fitted from settings. */
public final class LearningRules {
  private LearningRules() {}

  /**
   * How a network is fitted.
   *
   * @param steps that each worker makes in all epochs
   */
  public static LearningRule of(TrainingConfig config, int steps) {
    Optimizer optimizer = config.optimizer();
    return new LearningRule(
        updater(optimizer, steps),
        optimizer.weightDecay(),
        config.loss(),
        optimizer.frozenBatchNorm());
  }

  /** The learning rate of a run with this many steps. */
  static ISchedule schedule(Optimizer optimizer, int steps) {
    int warmUp = (int) Math.round(optimizer.warmUp() * steps);
    return new WarmUpCosine(optimizer.learningRate(), warmUp, Math.max(1, steps));
  }

  /**
   * Adam for a run.
   *
   * @param steps of one worker, over the whole training
   */
  static IUpdater updater(Optimizer optimizer, int steps) {
    ISchedule schedule = schedule(optimizer, steps);
    double limit = optimizer.gradientLimit();
    return limit == 0 ? new Adam(schedule) : new AdaptiveClipAdam(schedule, limit);
  }

  /**
   * A learning rate that rises linearly from zero, and from there falls to zero along half a cosine
   * (Loshchilov and Hutter, 2017, without restarts).
   *
   * @param highest the rate after the warm-up
   * @param warmUp steps of the warm-up
   * @param steps steps of the whole training
   */
  private record WarmUpCosine(double highest, int warmUp, int steps) implements ISchedule {
    @Override
    public double valueAt(int step, int epoch) {
      if (step < warmUp) {
        return highest * (step + 1) / warmUp;
      }
      double done = Math.min(1, (double) (step - warmUp) / Math.max(1, steps - warmUp));
      return highest * (1 + Math.cos(Math.PI * done)) / 2;
    }

    @Override
    public ISchedule clone() {
      return this; // immutable
    }
  }
}
