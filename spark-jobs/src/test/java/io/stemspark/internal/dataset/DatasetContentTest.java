package io.stemspark.internal.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import io.stemspark.internal.dataset.DatasetContent.Entry;
import java.util.Map;
import org.junit.jupiter.api.Test;
import scala.Tuple2;

class DatasetContentTest {
  private static final String SETTINGS = "2:7559c62ef9eccb20";
  private static final String FORMER_SETTINGS = "b60af1950c1bffb2";

  private static final Tuple2<String, Entry> ONE =
      new Tuple2<>(
          "train/fr-glorious",
          new Entry(1, 7, false, "train", "36a64ed2c08805b8", FORMER_SETTINGS));

  private static final Tuple2<String, Entry> OTHER =
      new Tuple2<>("caf\u00e9", new Entry(2, 7, false, "valid", "2:20f2a21bd80257e4", SETTINGS));

  /**
   * By Python's hashlib: SHA-256 of the settings, a line end and the sum, in decimal and modulo
   * 2^256, of the SHA-256 of each track's split, id and input. A resume compares it: where this
   * fails, no training that is under way could go on.
   */
  @Test
  void theHashIsThatOfDatasetsThatAreYearsOld() {
    DatasetContent content = new DatasetContent(SETTINGS, FORMER_SETTINGS).add(ONE).add(OTHER);
    assertThat(content.hash())
        .isEqualTo("7f3aa9459123d0e1e208a239dd87ae9ac3e3377b846b4f31b501636a4d321b58");
    assertThat(content.tracks()).isEqualTo(Map.of("train", 1L, "valid", 1L));
  }

  @Test
  void theOrderOfTracksMakesNoDifference() {
    assertThat(new DatasetContent(SETTINGS, FORMER_SETTINGS).add(OTHER).add(ONE).hash())
        .isEqualTo(new DatasetContent(SETTINGS, FORMER_SETTINGS).add(ONE).add(OTHER).hash());
  }
}
