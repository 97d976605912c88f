package io.stemspark.internal.plan;

import io.stemspark.internal.corpus.Track;
import java.util.List;
import java.util.Set;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;

/**
 * A plan that executors make and store. The driver gets its sums.
 *
 * @param files the files of the tracks to do, as JSON Lines
 */
record StoredPlan(
    PlanSummary summary,
    List<String> removed,
    List<String> files,
    Broadcast<SerializableConfiguration> hadoop)
    implements RunPlan {
  @Override
  public JavaRDD<Track> pending(JavaSparkContext context) {
    if (files.isEmpty()) {
      return context.emptyRDD();
    }
    Broadcast<SerializableConfiguration> configuration = hadoop;
    JavaRDD<Track> pending =
        context
            .parallelize(files, files.size())
            .flatMap(
                file -> PlanFile.read(new Path(file), configuration.value().value()).iterator());
    if (!summary.isLimited()) {
      return pending;
    }
    long most = summary.pending();
    return pending
        .sortBy(Track::id, true, files.size())
        .zipWithIndex()
        .filter(numbered -> numbered._2() < most)
        .keys();
  }

  @Override
  public List<Track> longTracks(JavaSparkContext context) {
    long share = TaskPartitioner.share(summary, context.defaultParallelism());
    return pending(context).filter(track -> TaskPartitioner.isLong(track, share)).collect();
  }

  @Override
  public JavaRDD<Track> partitions(JavaSparkContext context, Set<String> apart) {
    Set<String> others = Set.copyOf(apart);
    return TaskPartitioner.cut(pending(context).filter(track -> !others.contains(track.id())));
  }
}
