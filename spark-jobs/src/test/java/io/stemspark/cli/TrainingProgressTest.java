package io.stemspark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.stemspark.training.Epoch;
import io.stemspark.training.Epoch.Validation;
import io.stemspark.training.Round;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TrainingProgressTest {
  private final StringWriter printed = new StringWriter();
  private final TrainingProgress progress =
      new TrainingProgress(new PrintWriter(printed), false, 4);

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
    progress.roundDone(round(2, 2, 150));
    progress.ended();
    assertThat(lines())
        .containsExactly(
            "epoch 1/4, batch 6/10, 8 min left, loss 0.2500, 2 x 6.3 patches/s, computing 90 %,"
                + " averaging 6 %, waiting 4 %",
            "epoch 2/4, batch 2/10, 6 min left, loss 0.2500, 2 x 6.3 patches/s, computing 90 %,"
                + " averaging 6 %, waiting 4 %");
  }

  @Test
  void aTerminalHasOneLineThatIsCutAndGivesWay() {
    TrainingProgress watched = new TrainingProgress(new PrintWriter(printed), true, 4);
    watched.roundDone(round(1, 2, 5));
    watched.roundDone(round(1, 4, 6));
    watched.epochDone(new Epoch(1, 0.5, Optional.empty(), 90));
    watched.ended();
    String rest = "loss 0.2500, 2 x 6.3 patches/s, computing 90 %, averaging 6 %, waiting 4 %";
    assertThat(printed.toString().replace("\r\u001b[K", "<").replace("\u001b", ""))
        .isEqualTo(
            "<[?7lepoch 1/4, batch 2/10, %s[?7h<[?7lepoch 1/4, batch 4/10, 18 s left, %s[?7h"
                    .formatted(rest, rest)
                + "<epoch 1: loss 0.50000, 90 s%n<".formatted());
  }

  /** What was done before a restart took other time. */
  @Test
  void timeLeftGoesByWhatThisRunHasDone() {
    progress.roundDone(round(3, 5, 1000));
    progress.roundDone(round(4, 5, 9000));
    assertThat(lines().get(1)).startsWith("epoch 4/4, batch 5/10, 1 h 06 min left, loss");
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
