package io.stemspark.internal.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PathTemplateTest {
  @Test
  void fillsInEveryPlaceholder() {
    PathTemplate template = new PathTemplate("{split}/{stem}/{track_id}.{ext}");
    assertThat(template.path("a/b $1", "test", "vocals", "flac"))
        .isEqualTo("test/vocals/a/b $1.flac");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{stem}.wav",
        "{track_id}.wav",
        "{track_id}/{stem}/{artist}",
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
    assertThat(PathTemplate.AS_CORPUS.path(id, split, "vocals", "wav"))
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
    assertThatThrownBy(() -> template.path(id, "test", "vocals", "wav"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("/vocals.wav");
  }
}
