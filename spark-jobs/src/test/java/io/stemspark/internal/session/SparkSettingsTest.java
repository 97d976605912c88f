package io.stemspark.internal.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;

class SparkSettingsTest {
  private static final long WORKER = 900L << 20;

  private static SparkConf conf(Map<String, String> properties) throws IOException {
    try (JavaSparkContext spark =
        new SparkSettings("test", "local[1]", properties).forTraining(WORKER).start()) {
      return spark.getConf();
    }
  }

  /** A container has to hold the batches of all tasks of its executor. */
  @Test
  void trainingHasMemoryBesideTheHeap() throws IOException {
    assertThat(conf(Map.of("ui.enabled", "false")).get("spark.executor.memoryOverhead"))
        .isEqualTo("1284m"); // and Spark's least
    Map<String, String> four =
        Map.of("ui.enabled", "false", "executor.cores", "4", "executor.memory", "10g");
    assertThat(conf(four).get("spark.executor.memoryOverhead"))
        .isEqualTo("4624m"); // and a tenth of the heap
  }

  @Test
  void whatTheUserSaysOfItHolds() throws IOException {
    Map<String, String> factor =
        Map.of("ui.enabled", "false", "executor.memoryOverheadFactor", "3");
    assertThat(conf(factor).get("spark.executor.memoryOverheadFactor")).isEqualTo("3");
    assertThat(conf(factor).contains("spark.executor.memoryOverhead")).isFalse();
    Map<String, String> little =
        Map.of("ui.enabled", "false", "executor.memoryOverheadFactor", "0.5");
    assertThat(conf(little).get("spark.executor.memoryOverhead"))
        .as("more than half of the heap, which is no amount that the user has named")
        .isEqualTo("1284m");
    Map<String, String> size = Map.of("ui.enabled", "false", "executor.memoryOverhead", "100m");
    assertThat(conf(size).get("spark.executor.memoryOverhead")).isEqualTo("100m");
  }
}
