package io.stemspark.internal.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArtistSplitsTest {
  private static final ArtistSplits FIFTH = new ArtistSplits(0.2);

  private static CorpusEntry track(String id, String split) {
    return new Track(id, split, null, null, List.of());
  }

  private static String split(String id) {
    return ((Track) FIFTH.assign(track(id, "train"))).split();
  }

  @ParameterizedTest
  @CsvSource({
    "Queen/A Night at the Opera/Song, queen",
    "train/Queen - Song, queen",
    "valid/queen/Song, queen",
    "Queen - Live/Song, queen",
    "testament/Song, testament",
    "Song, song",
    "train, train"
  })
  void anArtistIsWhatAnIdBeginsWith(String id, String artist) {
    assertThat(ArtistSplits.artist(id)).isEqualTo(artist);
  }

  @Test
  void allTracksOfAnArtistAreInOneSplit() {
    Map<String, Long> splits =
        IntStream.range(0, 2000)
            .mapToObj(artist -> "Artist %d".formatted(artist))
            .peek(artist -> assertThat(split(artist + "/a")).isEqualTo(split(artist + " - b")))
            .collect(Collectors.groupingBy(ArtistSplitsTest::split, Collectors.counting()));
    assertThat(splits).containsOnlyKeys("train", "valid");
    // A standard deviation is 18.
    assertThat(splits.get("valid")).isBetween(330L, 470L);
  }

  @Test
  void whatIsToBeTestedStays() {
    CorpusEntry test = track("test/a", "test");
    assertThat(new ArtistSplits(1).assign(test)).isEqualTo(test);
    CorpusEntry any = track("a/b", "a");
    assertThat(new ArtistSplits(0).assign(any)).isEqualTo(any);
    CorpusEntry note = CorpusNote.of(CorpusNote.Kind.MIXED_FOLDER, "", "a");
    assertThat(FIFTH.assign(note)).isEqualTo(note);
  }
}
