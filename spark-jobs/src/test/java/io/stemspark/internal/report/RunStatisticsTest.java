package io.stemspark.internal.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.stemspark.internal.corpus.AudioFile;
import io.stemspark.internal.journal.Fingerprint;
import io.stemspark.internal.journal.JournalEntry;
import io.stemspark.internal.journal.TrackResult;
import io.stemspark.internal.report.RunStatistics.Doubt;
import io.stemspark.separation.StemQuality;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RunStatisticsTest {
  private static JournalEntry row(String id, StemQuality quality) {
    return new JournalEntry(
        2,
        1,
        "run",
        "corpus",
        0,
        id,
        "train",
        TrackResult.Status.DONE,
        "",
        false,
        List.of(new AudioFile("file:/a.wav", -1, 1, "", 1)),
        new Fingerprint("input", "model", "settings"),
        1,
        1,
        "out",
        List.of(),
        quality,
        "",
        null);
  }

  private static StemQuality quality(double correlation, double noVoice) {
    return new StemQuality(Map.of("vocals", 0.5), correlation, noVoice, Map.of());
  }

  @Test
  void partsOfARunAgreeOnTheMostDoubtful() {
    RunStatistics whole = new RunStatistics();
    RunStatistics parts = new RunStatistics();
    IntStream.range(0, 10)
        .mapToObj(
            part -> {
              RunStatistics some = new RunStatistics();
              IntStream.range(0, 30)
                  .mapToObj(
                      i -> row("t" + (part * 30 + i), quality(i / 30.0, i % 3 == 0 ? 0.9 : 0)))
                  .forEach(
                      row -> {
                        some.add(row);
                        whole.add(row);
                      });
              return some;
            })
        .forEach(parts::merge);
    assertThat(parts.doubts()).isEqualTo(whole.doubts()).hasSize(20);
    assertThat(parts.voiceless()).isEqualTo(whole.voiceless()).hasSize(20);
    assertThat(parts.withoutVoice()).isEqualTo(whole.withoutVoice()).isEqualTo(100);
    assertThat(whole.doubts())
        .extracting(doubt -> doubt.quality().correlation())
        .isSortedAccordingTo((a, b) -> Double.compare(b, a))
        .startsWith(29 / 30.0)
        .endsWith(28 / 30.0);
  }

  @Test
  void tracksWithoutStemsAreInNoDoubt() {
    RunStatistics statistics = new RunStatistics().add(row("a", null));
    assertThat(statistics.doubts()).isEmpty();
    assertThat(statistics.voiceless()).isEmpty();
    assertThat(statistics.withoutVoice()).isZero();
    assertThat(new RunStatistics().add(row("b", quality(0.1, 0.2))).doubts())
        .extracting(Doubt::trackId)
        .containsExactly("b");
  }
}
