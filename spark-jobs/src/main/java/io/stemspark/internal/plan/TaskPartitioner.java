package io.stemspark.internal.plan;

import io.stemspark.internal.corpus.Track;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.HashPartitioner;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import scala.Tuple2;

/**
 * Divides tracks among tasks so that no core waits long at the end. Heavy tracks come first, and
 * tasks get smaller as less is left (guided self-scheduling). Many small tracks share a task, and a
 * long track has its own task.
 */
final class TaskPartitioner implements Serializable {
  private static final long serialVersionUID = 1;

  /** A task gets one of so many parts of each core's share of what is left. */
  private static final int PARTS = 3;

  /** Spark's driver keeps about a kilobyte of each task. */
  private static final int MAX_PARTITIONS = 20_000;

  /** What a track costs whatever its size, in bytes of audio. */
  private static final long BASE_WEIGHT = 100_000;

  /** A smaller track is not long, however few other tracks there are. */
  private static final long MIN_LONG_BYTES = 16 << 20;

  private final long[] starts;

  private TaskPartitioner(long[] starts) {
    this.starts = starts;
  }

  /**
   * Divides the total weight into partitions.
   *
   * @param tracks number of tracks
   * @param weight sum of their weights
   * @param cores number of cores that work at a time
   */
  static TaskPartitioner of(long tracks, long weight, int cores) {
    long least = Math.max(1, weight / Math.min(MAX_PARTITIONS, Math.max(1, tracks)));
    List<Long> starts = new ArrayList<>();
    long start = 0;
    do {
      starts.add(start);
      start += Math.max(least, (weight - start) / ((long) PARTS * cores));
    } while (start < weight);
    return new TaskPartitioner(starts.stream().mapToLong(Long::longValue).toArray());
  }

  int count() {
    return starts.length;
  }

  /** The partition of a track, given the weight of all tracks before it. */
  int partition(long before) {
    int found = Arrays.binarySearch(starts, before);
    return found >= 0 ? found : -found - 2;
  }

  /** Divides the tracks into partitions. */
  static JavaRDD<Track> cut(JavaSparkContext context, List<Track> tracks) {
    List<Track> sorted = tracks.stream().sorted(Comparator.comparing(Rank::of)).toList();
    long weight = sorted.stream().mapToLong(TaskPartitioner::weight).sum();
    TaskPartitioner partitioner = of(sorted.size(), weight, context.defaultParallelism());
    List<List<Track>> parts = new ArrayList<>();
    for (int i = 0; i < partitioner.count(); i++) {
      parts.add(new ArrayList<>());
    }
    partitioner.number(sorted.iterator(), 0).forEachRemaining(n -> parts.get(n._1()).add(n._2()));
    return context.parallelize(parts, parts.size()).flatMap(List::iterator);
  }

  /** The same for tracks that no single process sees. */
  static JavaRDD<Track> cut(JavaRDD<Track> tracks) {
    JavaRDD<Track> sorted = tracks.sortBy(Rank::of, true, tracks.getNumPartitions());
    List<long[]> sums = sorted.mapPartitions(TaskPartitioner::sum).collect();
    long[] before = new long[sums.size() + 1];
    long count = 0;
    for (int i = 0; i < sums.size(); i++) {
      count += sums.get(i)[0];
      before[i + 1] = before[i] + sums.get(i)[1];
    }
    int cores = tracks.context().defaultParallelism();
    TaskPartitioner partitioner = of(count, before[sums.size()], cores);
    return sorted
        .mapPartitionsWithIndex((index, part) -> partitioner.number(part, before[index]), true)
        .mapToPair(numbered -> numbered)
        .partitionBy(
            new HashPartitioner(partitioner.count())) // A partition's number is its own hash.
        .values();
  }

  /**
   * Sorts heavy tracks before light ones. The order is always the same, because tasks that Spark
   * runs again must get the same tracks.
   */
  private record Rank(long weight, String id) implements Comparable<Rank>, Serializable {
    static Rank of(Track track) {
      return new Rank(TaskPartitioner.weight(track), track.id());
    }

    @Override
    public int compareTo(Rank other) {
      int order = Long.compare(other.weight, weight);
      return order != 0 ? order : id.compareTo(other.id);
    }
  }

  /** A core's share of the weight of all tracks to do. */
  static long share(PlanSummary plan, int cores) {
    return weight(plan.pending(), plan.bytes()) / cores;
  }

  /** Whether a track is heavier than a share and worth cutting. */
  static boolean isLong(Track track, long share) {
    return track.hasMixture() && track.mixture().bytes() >= MIN_LONG_BYTES && weight(track) > share;
  }

  private static long weight(Track track) {
    return weight(1, track.bytes());
  }

  /** The weight of tracks that have so many bytes together. */
  private static long weight(long tracks, long bytes) {
    return tracks * BASE_WEIGHT + bytes;
  }

  /** The number and the weight of tracks. */
  private static Iterator<long[]> sum(Iterator<Track> tracks) {
    long[] sum = new long[2];
    while (tracks.hasNext()) {
      sum[0]++;
      sum[1] += weight(tracks.next());
    }
    return List.of(sum).iterator();
  }

  private Iterator<Tuple2<Integer, Track>> number(Iterator<Track> tracks, long before) {
    return new Iterator<>() {
      private long passed = before;

      @Override
      public boolean hasNext() {
        return tracks.hasNext();
      }

      @Override
      public Tuple2<Integer, Track> next() {
        Track track = tracks.next();
        int partition = partition(passed);
        passed += weight(track);
        return new Tuple2<>(partition, track);
      }
    };
  }
}
