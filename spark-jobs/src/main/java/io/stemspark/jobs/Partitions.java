package io.stemspark.jobs;

import org.apache.spark.api.java.JavaSparkContext;

/** How many tasks a list of tracks is cut into. */
final class Partitions {
  /**
   * Enough that no core waits long for the last one, few enough that a model serves many tracks.
   */
  private static final int PER_CORE = 8;

  private Partitions() {}

  static int count(JavaSparkContext context, int tracks) {
    return Math.max(1, Math.min(tracks, context.defaultParallelism() * PER_CORE));
  }
}
