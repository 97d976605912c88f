package io.stemspark.internal.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.stemspark.training.Epoch;
import io.stemspark.training.Epoch.Validation;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TrainingStateTest {
  private static TrainingState after(TrainingState state, int epoch, double sdr) {
    Validation score = new Validation(0.1, sdr, -2);
    return state.afterEpoch(
        new Epoch(epoch, 0.5, Optional.of(score), epoch), () -> new float[] {epoch});
  }

  private static float weightsOf(TrainingState state) {
    return state.bestWeights().orElseThrow()[0];
  }

  @Test
  void theBestEpochIsKept() {
    TrainingState first = after(TrainingState.start(), 1, 3);
    TrainingState second = after(first, 2, 5);
    TrainingState third = after(second, 3, 4);
    assertThat(third.chosen().orElseThrow().number()).isEqualTo(2);
    assertThat(weightsOf(third)).isEqualTo(2);
    assertThat(third.epochsSinceChosen()).isEqualTo(1);
  }

  /** Where all voices of the validation split are silent. */
  @Test
  void ofEpochsWithoutAScoreTheLastIsKept() {
    TrainingState first = after(TrainingState.start(), 1, Double.NEGATIVE_INFINITY);
    TrainingState second = after(first, 2, Double.NEGATIVE_INFINITY);
    assertThat(second.chosen().orElseThrow().number()).isEqualTo(2);
    assertThat(weightsOf(second)).isEqualTo(2);
    TrainingState third = after(second, 3, Double.NaN);
    assertThat(weightsOf(third)).isEqualTo(3);
    assertThat(weightsOf(after(third, 4, 5))).isEqualTo(4);
  }

  @Test
  void nothingIsBetterThanNoErrorAtAll() {
    TrainingState first = after(TrainingState.start(), 1, Double.POSITIVE_INFINITY);
    assertThat(weightsOf(after(first, 2, 9))).isEqualTo(1);
  }
}
