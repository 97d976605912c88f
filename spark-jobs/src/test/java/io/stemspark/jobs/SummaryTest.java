package io.stemspark.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.stemspark.jobs.ledger.Outcome;
import io.stemspark.jobs.ledger.Summary;
import io.stemspark.separation.StageTimes;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class SummaryTest {
  @Test
  void remarksDoNotCrowdOutFailures() {
    Summary first = remarks(150);
    Summary second = remarks(150).add(Outcome.failed("broken", new IOException("damaged"), 1));
    String text = first.merge(second).describe("separated");
    assertThat(text)
        .contains("failed broken: damaged")
        .contains("and 201 more")
        .contains("300 tracks separated, 1 failed");
  }

  @Test
  void aFailureWithoutWordsIsListedToo() {
    Summary summary = new Summary().add(Outcome.failed("broken", new IOException(""), 1));
    assertThat(summary.listed()).extracting(Outcome::trackId).containsExactly("broken");
  }

  private static Summary remarks(int count) {
    Summary summary = new Summary();
    for (int i = 0; i < count; i++) {
      summary.add(
          Outcome.done("loud " + i, "some samples lie beyond full scale", 1, 1, StageTimes.NONE));
    }
    return summary;
  }
}
