package io.stemspark.internal.averaging;

import static org.assertj.core.api.Assertions.assertThat;

import io.stemspark.internal.session.SparkSettings;
import io.stemspark.internal.training.BatchLoader;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.util.LongAccumulator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

@Tag("integration")
class BatchStreamTest {
  private static final int MILLIS = 400;
  private static final List<String> KEYS = List.of("1", "2", "3", "4", "5");

  /** Takes as long to make a batch as its user takes to use it. */
  private record Slow() implements BatchLoader, Serializable {
    @Override
    public MultiDataSet load(String key) {
      sleep();
      return new MultiDataSet(Nd4j.scalar(Float.parseFloat(key)), Nd4j.scalar(0f));
    }
  }

  private static void sleep() {
    try {
      TimeUnit.MILLISECONDS.sleep(MILLIS);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void theNextBatchIsMadeWhileOneIsUsed() throws IOException {
    // What ND4J takes to start is no waiting for a batch.
    assertThat(Nd4j.scalar(1f).getFloat(0)).isEqualTo(1);
    try (JavaSparkContext context =
        new SparkSettings("test", "local[1]", Map.of("ui.enabled", "false"))
            .forTraining(0)
            .start()) {
      LongAccumulator waiting = context.sc().longAccumulator();
      FlatMapFunction<Iterator<String>, Float> use =
          keys -> {
            List<Float> used = new ArrayList<>();
            new BatchStream(keys, new Slow(), waiting)
                .forEachRemaining(
                    batch -> {
                      sleep();
                      used.add(batch.getFeatures(0).getFloat(0));
                    });
            return used.iterator();
          };
      assertThat(context.parallelize(KEYS, 1).mapPartitions(use).collect())
          .containsExactly(1f, 2f, 3f, 4f, 5f);
      // Only the first is waited for; all of them would take five times that.
      assertThat(waiting.value() / 1_000_000).isBetween(MILLIS / 2L, MILLIS * 3L);
    }
  }
}
