package io.stemspark.internal.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stemspark.internal.storage.PathTemplate.TrackName;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PathTemplateTest {
  private static TrackName track(String id, String split) {
    return new TrackName(id, split, null);
  }

  @Test
  void fillsInTagsAndWhatTellsAsMuch() {
    PathTemplate template =
        new PathTemplate("{album_artist}/{year} {album}/{track} {title}/{stem}");
    Map<String, String> tags = Map.of("artist", "AC-DC", "title", "T.N.T", "track", "03");
    assertThat(template.path(new TrackName("x/song", "test", tags), "vocals", "wav"))
        .isEqualTo("AC-DC/unknown unknown/03 T.N.T/vocals");
    assertThat(template.path(track("x/song", "test"), "vocals", "wav"))
        .isEqualTo("unknown/unknown unknown/unknown song/vocals");
    assertThat(template.hasTags()).isTrue();
    assertThat(template.isByIdAlone()).isFalse();
    assertThat(template.hasSplits()).isFalse();
  }

  @Test
  void fillsInEveryPlaceholder() {
    PathTemplate template = new PathTemplate("{split}/{stem}/{track_id}.{ext}");
    assertThat(template.path(track("a/b $1", "test"), "vocals", "flac"))
        .isEqualTo("test/vocals/a/b $1.flac");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{stem}.wav",
        "{track_id}.wav",
        "{track_id}/{stem}/{composer}",
        "{artist}/{album}/{stem}",
        "../{track_id}/{stem}",
        "/{track_id}/{stem}",
        "{track_id}//{stem}",
        "_stemspark/{track_id}/{stem}"
      })
  void refusesTemplatesThatCannotBe(String template) {
    assertThatThrownBy(() -> new PathTemplate(template))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "train/song, train, train/song",
    "song, train, train/song",
    "artist/song, artist, train/artist/song",
    "song, valid, valid/song",
    "testament/song, testament, train/testament/song"
  })
  void aCorpusHasTheSplitsOfATraining(String id, String split, String expected) {
    assertThat(PathTemplate.AS_CORPUS.path(track(id, split), "vocals", "wav"))
        .isEqualTo(expected + "/vocals.wav");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "..",
        "../x",
        "a/../../x",
        "/etc/x",
        "a//b",
        ".",
        "_stemspark/x",
        "_STEMSPARK/x",
        ""
      })
  void refusesIdsThatLeaveTheOutputFolder(String id) {
    PathTemplate template = new PathTemplate("{track_id}/{stem}.{ext}");
    assertThatThrownBy(() -> template.path(track(id, "test"), "vocals", "wav"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("/vocals.wav");
  }
}
