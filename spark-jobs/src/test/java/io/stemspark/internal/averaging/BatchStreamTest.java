package io.stemspark.internal.averaging;

import static org.assertj.core.api.Assertions.assertThat;

import io.stemspark.internal.session.SparkSettings;
import io.stemspark.internal.training.BatchKey;
import io.stemspark.internal.training.BatchLoader;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
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
  private static final List<Value> KEYS = Stream.of(1f, 2f, 3f, 4f, 5f).map(Value::new).toList();

  private record Value(float value) implements BatchKey {
    @Override
    public List<String> tracks() {
      return List.of();
    }
  }

  /** Takes as long to make a batch as its user takes to use it. */
  private record Slow() implements BatchLoader<Value>, Serializable {
    @Override
    public MultiDataSet load(Value key) {
      sleep();
      return new MultiDataSet(Nd4j.scalar(key.value()), Nd4j.scalar(0f));
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
      FlatMapFunction<Iterator<Value>, Float> use =
          keys -> {
            List<Float> used = new ArrayList<>();
            new BatchStream<>(keys, new Slow(), waiting)
                .forEachRemaining(
                    batch -> {
                      sleep();
                      used.add(batch.getFeatures(0).getFloat(0));
                    });
            return used.iterator();
          };
      assertThat(new BatchKeys<>(context.sc(), KEYS, 1).toJavaRDD().mapPartitions(use).collect())
          .containsExactly(1f, 2f, 3f, 4f, 5f);
      // Only the first is waited for; all of them would take five times that.
      assertThat(waiting.value() / 1_000_000).isBetween(MILLIS / 2L, MILLIS * 3L);
    }
  }
}
