package io.stemspark.internal.training;

import io.stemspark.training.Epoch;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The state of a training, apart from its network.
 *
 * @param epoch number of the current epoch
 * @param batches batches of it that are done
 * @param rounds calls of {@link StepRunner#fit} for them
 * @param lossSum sum of the losses of these calls
 * @param seconds spent on training so far
 * @param chosen the best epoch so far; without validation the last
 * @param bestWeights flat parameters after the best epoch; empty without validation
 * @param average the moving average of the weights; empty when there is none
 * @param momentum of the averagings' changes; empty when there is none
 */
public record TrainingState(
    int epoch,
    int batches,
    int rounds,
    double lossSum,
    double seconds,
    Optional<Epoch> chosen,
    Optional<float[]> bestWeights,
    Optional<float[]> average,
    Optional<float[]> momentum) {
  /** Before the first batch. */
  static TrainingState start() {
    return new TrainingState(
        1, 0, 0, 0, 0, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
  }

  boolean isStart() {
    return epoch == 1 && batches == 0;
  }

  TrainingState afterRound(
      int batchesDone,
      double loss,
      double secondsNow,
      Optional<float[]> averageNow,
      Optional<float[]> momentumNow) {
    return new TrainingState(
        epoch,
        batchesDone,
        rounds + 1,
        lossSum + loss,
        secondsNow,
        chosen,
        bestWeights,
        averageNow,
        momentumNow);
  }

  /** At the start of the next epoch. */
  TrainingState afterEpoch(Epoch done, Supplier<float[]> weights) {
    boolean better =
        done.validation().isPresent()
            && (bestWeights.isEmpty() || done.isBetterThan(chosen.orElseThrow()));
    boolean choose = better || bestWeights.isEmpty();
    return new TrainingState(
        epoch + 1,
        0,
        0,
        0,
        done.seconds(),
        choose ? Optional.of(done) : chosen,
        better ? Optional.of(weights.get()) : bestWeights,
        average,
        momentum);
  }

  /** Epochs that have ended since the one that was chosen. */
  int epochsSinceChosen() {
    return chosen.map(best -> epoch - 1 - best.number()).orElse(0);
  }

  /** The mean over the rounds of the epoch so far. */
  double meanLoss() {
    return lossSum / rounds;
  }
}
