package io.stemspark.internal.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;

class SparkStartTest {
  private static SparkSettings settings(Map<String, String> properties) {
    return new SparkSettings("test", "local[1]", properties);
  }

  @Test
  void whatHasBegunIsStopped() throws IOException {
    SparkStart start = new SparkStart(settings(Map.of("ui.enabled", "false")));
    start.begin();
    JavaSparkContext context = start.context();
    assertThat(context.parallelize(List.of(1, 2)).count()).isEqualTo(2);
    start.close();
    assertThat(context.sc().isStopped()).isTrue();
    assertThatCode(start::close).doesNotThrowAnyException();
  }

  @Test
  void aStartThatNobodyAsksForIsAwaitedAndStopped() throws IOException {
    SparkStart start = new SparkStart(settings(Map.of("ui.enabled", "false")));
    start.begin();
    Thread.currentThread().interrupt();
    start.close();
    assertThat(Thread.interrupted()).as("the interrupt is kept").isTrue();
    assertThat(start.context().sc().isStopped()).isTrue();
  }

  @Test
  void aStartThatFailsIsToldToWhoeverAsks() {
    SparkStart start =
        new SparkStart(settings(Map.of("ui.enabled", "false", "driver.port", "no port")));
    start.begin();
    assertThatThrownBy(start::context).isInstanceOf(Exception.class);
    assertThatCode(start::close).doesNotThrowAnyException();
  }
}
