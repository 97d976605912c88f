package io.stemspark.internal.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.stemspark.TestSpark;
import io.stemspark.internal.corpus.AudioFile;
import io.stemspark.internal.corpus.Track;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;

class TaskPartitionerTest {
  @Test
  void partitionsGetSmallerAsLessIsLeft() {
    long weight = 40_000_000_000_000L;
    TaskPartitioner partitioner = TaskPartitioner.of(1_000_000, weight, 100);
    long previous = Long.MAX_VALUE;
    long start = 0;
    for (int i = 1; i < partitioner.count(); i++) {
      long next = start(partitioner, i, weight);
      assertThat(next - start).isLessThanOrEqualTo(previous);
      previous = next - start;
      start = next;
    }
    assertThat(partitioner.count()).isBetween(300, 21_000);
    // What all cores may still do while one is at its last partition is little beside the whole.
    assertThat((double) (weight - start) * 100 / weight).isLessThan(0.02);
  }

  /** The least weight that lies in a partition. */
  private static long start(TaskPartitioner partitioner, int number, long weight) {
    long low = 0;
    long high = weight;
    while (low < high) {
      long middle = (low + high) >>> 1;
      if (partitioner.partition(middle) < number) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  @Test
  void fewTracksMakeAPartitionEachAtMost() {
    assertThat(TaskPartitioner.of(6, 6_000_000, 64).count()).isBetween(1, 6);
    assertThat(TaskPartitioner.of(0, 0, 2).count()).isEqualTo(1);
    assertThat(TaskPartitioner.of(1, 100_000, 2).count()).isEqualTo(1);
  }

  @Test
  void everyTrackIsInOnePartitionAndTheHeaviestAreFirst() throws IOException {
    Random random = new Random(5);
    List<Track> tracks = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      long bytes = (long) Math.exp(10 + 8 * random.nextDouble());
      AudioFile file = new AudioFile("u" + i, -1, bytes, "v", 5);
      tracks.add(new Track("t" + i, "train", file, null, List.of()));
    }
    try (SparkSession spark = TestSpark.local()) {
      JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
      List<List<Track>> partitions =
          TaskPartitioner.cut(context.parallelize(tracks, 7)).glom().collect();
      assertThat(partitions.stream().flatMap(List::stream))
          .containsExactlyInAnyOrderElementsOf(tracks);
      long lightest = Long.MAX_VALUE;
      for (List<Track> partition : partitions) {
        for (Track track : partition) {
          assertThat(track.bytes()).isLessThanOrEqualTo(lightest);
        }
        lightest = partition.stream().mapToLong(Track::bytes).min().orElse(lightest);
      }
    }
  }
}
