package io.stemspark.internal.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CanonicalJsonTest {
  @Test
  void membersAreSortedAndNothingIsWrittenTwoWays() {
    Map<String, Object> value =
        Map.of(
            "b", List.of(1, 2L, true, "x"),
            "a", Map.of("z", 0.125, "y", List.of()),
            "\u20ac", "\r",
            "1", Map.of());
    assertThat(CanonicalJson.write(value))
        .isEqualTo(
            "{\"1\":{},\"a\":{\"y\":[],\"z\":0.125},\"b\":[1,2,true,\"x\"],\"\u20ac\":\"\\r\"}");
  }

  /** The strings of RFC 8785, section 3.2.2. */
  @Test
  void stringsEscapeOnlyWhatTheyMust() {
    assertThat(CanonicalJson.write("\u20ac$\u000f\nA'B\"\\\"/"))
        .isEqualTo("\"\u20ac$\\u000f\\nA'B\\\"\\\\\\\"/\"");
    assertThat(CanonicalJson.write("\ud83d\ude00")).isEqualTo("\"\ud83d\ude00\"");
    assertThatThrownBy(() -> CanonicalJson.write("\ud83d"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "0.0, 0",
    "-0.0, 0",
    "1.0, 1",
    "100.0, 100",
    "1.0E20, 100000000000000000000",
    "0.1, 0.1",
    "1.0E-6, 0.000001",
    "0.3333333333333333, 0.333333333333333",
    "2.0E-3, 0.002",
    "-1.5, -1.5"
  })
  void numbersHaveOneSpelling(double number, String expected) {
    assertThat(CanonicalJson.write(number)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(doubles = {1e21, 1e-7, Double.NaN, Double.POSITIVE_INFINITY})
  void numbersBeyondTheSubsetAreRefused(double number) {
    assertThatThrownBy(() -> CanonicalJson.write(number))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void whatHasNoFormIsRefused() {
    assertThatThrownBy(() -> CanonicalJson.write(Collections.singletonMap("a", null)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> CanonicalJson.write(Arrays.asList((Object) null)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> CanonicalJson.write('c')).isInstanceOf(IllegalArgumentException.class);
  }
}
