package io.stemspark.internal.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.stemspark.internal.jobs.SoundDoubles.Print;
import java.util.List;
import org.junit.jupiter.api.Test;
import scala.Tuple2;

class SoundDoublesTest {
  private static final String SOUND = "0123456789abcdef".repeat(8);

  private static Print print(String id) {
    return new Print(id, false, false, 100, SOUND);
  }

  private static Tuple2<Print, Print> pair(String first, String second) {
    return new Tuple2<>(print(first), print(second));
  }

  @Test
  void whatSoundsLikeADoubleAloneIsKept() {
    assertThat(SoundDoubles.doubles(List.of(pair("b", "c"), pair("a", "b"))))
        .containsOnlyKeys("b")
        .containsEntry("b", "a");
    assertThat(SoundDoubles.doubles(List.of(pair("a", "c"), pair("b", "c"), pair("a", "b"))))
        .containsEntry("b", "a")
        .containsEntry("c", "a");
    assertThat(SoundDoubles.doubles(List.of())).isEmpty();
  }

  @Test
  void testsComeFirstAndThenStems() {
    Print test = new Print("z", true, false, 100, SOUND);
    Print stems = new Print("y", false, true, 100, SOUND);
    assertThat(test.isBefore(stems)).isTrue();
    assertThat(stems.isBefore(print("a"))).isTrue();
    assertThat(print("a").isBefore(print("b"))).isTrue();
    assertThat(print("b").isBefore(print("a"))).isFalse();
  }

  @Test
  void lengthAndSoundDecide() {
    assertThat(print("a").isBefore(new Print("b", false, false, 104, SOUND))).isTrue();
    assertThat(print("a").isBefore(new Print("b", false, false, 106, SOUND))).isFalse();
    assertThat(print("a").isBefore(new Print("b", false, false, 0, SOUND))).isFalse();
    String far = "f".repeat(64) + SOUND.substring(64);
    assertThat(print("a").isBefore(new Print("b", false, false, 100, far))).isFalse();
  }
}
