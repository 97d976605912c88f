package io.stemspark.internal.features;

import static org.assertj.core.api.Assertions.assertThat;

import io.stemspark.internal.config.JobSettings;
import io.stemspark.internal.corpus.AudioFile;
import io.stemspark.internal.corpus.Track;
import io.stemspark.internal.corpus.Track.Part;
import io.stemspark.network.Stem;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ExtractionConfigTest {
  private static final Track FOUR =
      new Track(
          "song",
          "train",
          null,
          file("vocals"),
          List.of(part("bass"), part("drums"), part("other")));

  private static AudioFile file(String name) {
    return AudioFile.written(name + ".wav", 1);
  }

  private static Part part(String name) {
    return new Part(name, file(name));
  }

  private static ExtractionConfig of(String stems) {
    return JobSettings.load(List.of(), List.of("stemspark.extraction.stems = " + stems))
        .extraction();
  }

  private static List<Stem> stems(String... names) {
    return Stream.of(names).map(Stem::new).toList();
  }

  @Test
  void whoeverNamesTheSameStemsGetsTheSameDataset() {
    List<Stem> two = stems("vocals", "accompaniment");
    for (String same : List.of("[vocals]", "[accompaniment]", "[accompaniment, vocals]")) {
      assertThat(of(same).stems()).as(same).isEqualTo(two);
    }
    List<Stem> four = stems("vocals", "bass", "drums", "other");
    for (String same : List.of("[vocals, drums, bass]", "[other, bass, drums, vocals]")) {
      assertThat(of(same).stems()).as(same).isEqualTo(four);
    }
  }

  @Test
  void theResidualIsTheSumOfWhatNoOtherStemIs() {
    assertThat(of("[vocals, accompaniment]").files(FOUR))
        .hasValue(
            Map.of(
                Stem.VOCALS, List.of(file("vocals")),
                Stem.ACCOMPANIMENT, List.of(file("bass"), file("drums"), file("other"))));
    assertThat(of("[drums]").files(FOUR))
        .hasValue(
            Map.of(
                new Stem("drums"),
                List.of(file("drums")),
                Stem.OTHER,
                List.of(file("vocals"), file("bass"), file("other"))));
    assertThat(of("[vocals, piano]").files(FOUR)).isEmpty();
  }
}
