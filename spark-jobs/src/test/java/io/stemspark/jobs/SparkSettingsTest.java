package io.stemspark.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.stemspark.jobs.settings.SparkSettings;
import java.io.IOException;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;

class SparkSettingsTest {
  private static SparkConf conf(Map<String, String> properties) throws IOException {
    try (SparkSession spark =
        new SparkSettings("test", "local[1]", properties).forTraining().start()) {
      return spark.sparkContext().getConf();
    }
  }

  /** A container that has to hold a batch's activations grows with its executor. */
  @Test
  void trainingHasMemoryBesideTheHeap() throws IOException {
    assertThat(conf(Map.of("ui.enabled", "false")).get("spark.executor.memoryOverheadFactor"))
        .isEqualTo("1");
  }

  @Test
  void whatTheUserSaysOfItHolds() throws IOException {
    Map<String, String> said = Map.of("ui.enabled", "false", "executor.memoryOverheadFactor", "3");
    assertThat(conf(said).get("spark.executor.memoryOverheadFactor")).isEqualTo("3");
  }
}
