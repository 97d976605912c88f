package io.stemspark.jobs;

import org.apache.spark.api.java.JavaSparkContext;

/** How many tasks a list of tracks is cut into. */
final class Partitions {
  /** Enough that no core waits long for the last one. */
  private static final int PER_CORE = 8;

  /** Executors may join later, so a large corpus is cut finely whatever cores there are now. */
  private static final int MOST_TRACKS = 32;

  private Partitions() {}

  static int count(JavaSparkContext context, int tracks) {
    int wanted = Math.max(context.defaultParallelism() * PER_CORE, tracks / MOST_TRACKS);
    return Math.max(1, Math.min(tracks, wanted));
  }
}
