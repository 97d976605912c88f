package io.stemspark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.apache.spark.SparkConf;
import org.apache.spark.memory.UnifiedMemoryManager;
import org.junit.jupiter.api.Test;

class FailureMessageTest {
  /** As in a container of 1 GB, of which Java's heap is a quarter. */
  @Test
  void aHeapTooSmallForSparkIsToldOf() {
    SparkConf small = new SparkConf(false).set("spark.testing.memory", "250000000");
    Throwable failure = null;
    try {
      UnifiedMemoryManager.apply(small, 2);
    } catch (RuntimeException e) {
      failure = new IOException(e);
    }
    assertThat(FailureMessage.of(failure))
        .startsWith("The Java heap is too small for Spark.")
        .contains("STEMSPARK_JAVA_OPTS=-Xmx1g", "System memory 250000000");
  }
}
