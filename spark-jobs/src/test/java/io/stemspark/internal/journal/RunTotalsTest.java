package io.stemspark.internal.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.stemspark.separation.StageTimes;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class RunTotalsTest {
  @Test
  void remarksDoNotCrowdOutFailures() {
    RunTotals first = remarks(150);
    RunTotals second =
        remarks(150).add(TrackResult.failed("broken", new IOException("damaged"), 1));
    String text = first.merge(second).describe("separated");
    assertThat(text)
        .contains("failed broken: damaged")
        .contains("and 201 more")
        .contains("300 tracks separated, 1 failed");
  }

  @Test
  void aFailureWithoutWordsIsListedToo() {
    RunTotals summary = new RunTotals().add(TrackResult.failed("broken", new IOException(""), 1));
    assertThat(summary.listed()).extracting(TrackResult::trackId).containsExactly("broken");
  }

  private static RunTotals remarks(int count) {
    RunTotals summary = new RunTotals();
    for (int i = 0; i < count; i++) {
      summary.add(
          TrackResult.done(
              "loud " + i, "some samples lie beyond full scale", 1, 1, StageTimes.NONE));
    }
    return summary;
  }
}
