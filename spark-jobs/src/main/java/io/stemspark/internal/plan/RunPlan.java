package io.stemspark.internal.plan;

import io.stemspark.internal.corpus.CorpusEntries;
import io.stemspark.internal.corpus.CorpusEntry;
import io.stemspark.internal.corpus.Track;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;

/**
 * The tracks that a run takes on. They are fixed before work begins, so that a lost executor does
 * not change them.
 */
public sealed interface RunPlan permits DriverPlan, StoredPlan {
  /**
   * The number of chunks that a long track is cut into, if its duration allows. It is always the
   * same, so that a run which goes on after a killed one cuts at the same places. It is not larger,
   * because every chunk decodes what lies before it.
   */
  int CHUNKS = 8;

  /**
   * Compares every track with the journal of the output folder: on the driver where corpus and
   * journal are small, else on the executors.
   *
   * @param output the output folder
   * @param folder the folder for a plan that the driver does not keep
   */
  static RunPlan of(
      JavaSparkContext context,
      CorpusEntries corpus,
      String output,
      IncrementalPlanner planner,
      Path folder,
      Broadcast<SerializableConfiguration> hadoop)
      throws IOException {
    Optional<DriverPlan> small = small(context, corpus, output, planner);
    return small.isPresent()
        ? small.get()
        : new ExecutorPlanning(context, corpus.onExecutors().get(), output, hadoop)
            .store(planner, folder);
  }

  /** The sums of what {@link #of} would find, without storing anything. */
  static PlanSummary preview(
      JavaSparkContext context,
      CorpusEntries corpus,
      String output,
      IncrementalPlanner planner,
      Broadcast<SerializableConfiguration> hadoop)
      throws IOException {
    Optional<DriverPlan> small = small(context, corpus, output, planner);
    return small.isPresent()
        ? small.get().summary()
        : new ExecutorPlanning(context, corpus.onExecutors().get(), output, hadoop)
            .preview(planner);
  }

  private static Optional<DriverPlan> small(
      JavaSparkContext context, CorpusEntries corpus, String output, IncrementalPlanner planner)
      throws IOException {
    Optional<List<CorpusEntry>> few = corpus.here();
    return few.isPresent()
        ? DriverPlan.small(few.get(), output, planner, context.hadoopConfiguration())
        : Optional.empty();
  }

  PlanSummary summary();

  /** Ids of tracks that were done and that the corpus no longer has. */
  List<String> removed();

  /** The tracks to do. */
  JavaRDD<Track> pending(JavaSparkContext context);

  /**
   * The tracks to do that are heavier than a core's share of everything. All other cores would wait
   * for them at the end, even though they come first. There are fewer such tracks than cores.
   */
  List<Track> longTracks(JavaSparkContext context);

  /**
   * The tracks to do in partitions, the heaviest tracks first.
   *
   * @param apart ids of tracks to leave out
   */
  JavaRDD<Track> partitions(JavaSparkContext context, Set<String> apart);
}
