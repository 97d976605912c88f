package io.stemspark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.stemspark.training.Epoch;
import io.stemspark.training.Round;
import io.stemspark.training.Validation;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TrainingProgressTest {
  private final StringWriter printed = new StringWriter();
  private final TrainingProgress progress = new TrainingProgress(new PrintWriter(printed), 4);

  private static Round round(int epoch, int batches, double seconds) {
    return new Round(epoch, batches, 10, 40, 4, 1e-3, 0.25, 12.5, 2, 0.9, 0.04, 0.06, seconds);
  }

  private List<String> lines() {
    return printed.toString().lines().toList();
  }

  @Test
  void whereNobodyWatchesThereIsALineAMinute() {
    progress.roundDone(round(1, 2, 5));
    progress.roundDone(round(1, 4, 35));
    progress.roundDone(round(1, 6, 66));
    progress.roundDone(round(1, 8, 99));
    assertThat(lines())
        .containsExactly(
            "epoch 1/4, batch 2/10, loss 0.2500, 2 x 6.3 patches/s, computing 90 %, averaging 6 %,"
                + " waiting 4 %",
            "epoch 1/4, batch 6/10, 9 min left, loss 0.2500, 2 x 6.3 patches/s, computing 90 %,"
                + " averaging 6 %, waiting 4 %");
  }

  /** What was done before a restart took other time. */
  @Test
  void timeLeftGoesByWhatThisRunHasDone() {
    progress.roundDone(round(3, 5, 1000));
    progress.roundDone(round(4, 5, 9000));
    assertThat(lines().get(1)).startsWith("epoch 4/4, batch 5/10, 67 min left, loss");
  }

  @Test
  void anEpochHasItsScores() {
    progress.epochDone(new Epoch(2, 0.5, Optional.of(new Validation(0.25, 6.5, -2)), 60));
    progress.epochDone(new Epoch(3, 0.5, Optional.empty(), 90));
    assertThat(lines())
        .containsExactly(
            "epoch 2: loss 0.50000, validation loss 0.25000, SDR 6.50 dB (mixture -2.00 dB), 60 s",
            "epoch 3: loss 0.50000, 90 s");
  }

  @Test
  void theRunningLineHasTheLastScore() {
    progress.epochDone(new Epoch(2, 0.5, Optional.of(new Validation(0.25, 6.5, -2)), 60));
    progress.roundDone(round(3, 5, 99));
    assertThat(lines().get(1))
        .startsWith("epoch 3/4, batch 5/10, loss 0.2500, last SDR 6.50 dB, 2 x 6.3 patches/s");
  }
}
