package io.stemspark.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("integration")
class SparkExamplesTest {
  private static final Path DEMO = Path.of(System.getProperty("stemspark.root"), "demo");
  private static final String BUNDLE = DEMO.resolve("starter.bundle").toString();
  private static final String TRACKS = DEMO.resolve("test").toString();

  @TempDir Path folder;

  /** What spark-submit says, each example's session takes over. */
  @BeforeAll
  static void choose() {
    System.setProperty("spark.master", "local[2]");
    System.setProperty("spark.ui.enabled", "false");
  }

  @Test
  void aDataFrameIsSeparated() throws IOException {
    Path results = folder.resolve("results");
    SeparateDataFrame.main(
        new String[] {BUNDLE, TRACKS, folder.resolve("stems").toString(), results.toString()});
    try (SparkSession spark = SparkSession.builder().getOrCreate()) {
      List<Row> rows = spark.read().parquet(results.toString()).collectAsList();
      assertThat(rows).hasSize(2);
      for (Row row : rows) {
        assertThat(row.<String>getAs("failure")).isNull();
        assertThat(Path.of(row.<String>getAs("vocals").replace("file:", ""))).isRegularFile();
        assertThat(row.<Double>getAs("seconds")).isGreaterThan(1);
      }
    }
  }

  @Test
  void aCatalogueIsSeparated() throws IOException {
    SeparateCatalogue.main(new String[] {BUNDLE, TRACKS, folder.resolve("out").toString()});
    assertThat(folder.resolve("out/es-echo-mp3/vocals.flac")).isRegularFile();
  }
}
