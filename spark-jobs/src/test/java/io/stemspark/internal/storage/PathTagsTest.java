package io.stemspark.internal.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.stemspark.audio.Tags;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PathTagsTest {
  @ParameterizedTest
  @CsvSource({
    "AC/DC, AC-DC",
    "..., ''",
    "../../etc/passwd, -..-etc-passwd",
    "'...And Justice for All', And Justice for All",
    "_stemspark, stemspark",
    "'  Sigur   Rós. ', Sigur Rós",
    "C:\\x, C--x",
    "'What? \"Yes\" <a|b>*', What- -Yes- -a-b--",
    "山本, 山本"
  })
  void aTextBecomesOneName(String text, String name) {
    assertThat(artist(text)).isEqualTo(name);
  }

  @Test
  void whatCannotBeSeenIsLeftOut() {
    assertThat(artist("a\u0000b\u202Ec\uD800d\u200Be\nf")).isEqualTo("abcde f");
    assertThat(artist("A\u030A")).isEqualTo("\u00C5");
  }

  @Test
  void longTextsAreCutBetweenCharacters() {
    assertThat(artist("\uD83C\uDFB5".repeat(99))).isEqualTo("\uD83C\uDFB5".repeat(30));
    assertThat(artist("x".repeat(119) + "é")).isEqualTo("x".repeat(119));
  }

  @Test
  void numbersAreThoseOfFiles() {
    Map<String, String> fields =
        Map.of("TRACK", "3/12", "disc", "1/2", "Date", "1997-05-21", "title", "x", "comment", "y");
    assertThat(PathTags.of(new Tags(fields, Optional.empty())))
        .containsOnly(
            entry("track", "03"), entry("disc", "1"), entry("year", "1997"), entry("title", "x"));
    assertThat(PathTags.of(new Tags(Map.of("track", "B", "date", "May"), Optional.empty())))
        .isEmpty();
  }

  /** Whatever a file says, its result lies where it should, under a name that can be had. */
  @Test
  void everyTextIsSafe() {
    PathTemplate template = new PathTemplate("{artist}/{title}/{stem}");
    Random random = new Random(1);
    for (int i = 0; i < 20_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int length = random.nextInt(300); length > 0; length--) {
        text.append((char) (random.nextBoolean() ? random.nextInt(128) : random.nextInt(1 << 16)));
      }
      Map<String, String> fields = Map.of("artist", text.toString(), "title", text.toString());
      Map<String, String> tags = PathTags.of(new Tags(fields, Optional.empty()));
      String[] parts =
          template
              .path(new PathTemplate.TrackName("id", "train", tags), "vocals", "wav")
              .split("/");
      assertThat(parts).hasSize(3);
      assertThat(parts[0]).doesNotStartWith(".").doesNotStartWith("_").isNotBlank();
      assertThat(parts[0].getBytes(StandardCharsets.UTF_8).length).isLessThanOrEqualTo(120);
      assertThat(parts[0].codePoints().noneMatch(Character::isISOControl)).isTrue();
    }
  }

  private static String artist(String text) {
    return PathTags.of(new Tags(Map.of("artist", text), Optional.empty()))
        .getOrDefault("artist", "");
  }
}
