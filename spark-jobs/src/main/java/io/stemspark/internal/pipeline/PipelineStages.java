package io.stemspark.internal.pipeline;

import io.stemspark.internal.corpus.Track;
import io.stemspark.internal.executor.ProcessTracks;
import io.stemspark.internal.executor.TrackWorker;
import io.stemspark.internal.journal.RunProgress;
import io.stemspark.internal.journal.RunTotals;
import io.stemspark.internal.journal.TaskJournal;
import io.stemspark.internal.plan.RunPlan;
import io.stemspark.internal.separation.Chunk;
import io.stemspark.internal.stems.ProcessChunks;
import io.stemspark.internal.stems.ProcessChunks.TrackChunk;
import io.stemspark.internal.stems.SeparationWorkers;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;
import scala.Tuple2;

/**
 * Lets Spark process the tracks of a plan. The first stage processes tracks as a whole and, if the
 * job can cut long tracks, chunks of these. The second stage joins the chunks when all tasks of the
 * first have ended.
 */
record PipelineStages(
    JavaSparkContext context,
    TaskJournal.Opening journals,
    TrackWorker.Factory workers,
    RunProgress progress,
    int attempts,
    Broadcast<SerializableConfiguration> hadoop) {
  RunTotals run(RunPlan plan) {
    if (!(workers instanceof SeparationWorkers separation)) {
      return sum(plan.partitions(context, Set.of()).mapPartitions(step(workers, 0)));
    }
    Map<Track, List<Chunk>> cut = cut(plan.longTracks(context), chunks(separation));
    if (!cut.isEmpty()) {
      return inChunks(plan, cut, separation);
    }
    JavaRDD<Track> tracks = plan.partitions(context, Set.of());
    SeparationWorkers shared = separation.sharedBy(tracks.getNumPartitions());
    return sum(tracks.mapPartitions(step(shared, 0)));
  }

  private RunTotals inChunks(
      RunPlan plan, Map<Track, List<Chunk>> cut, SeparationWorkers separation) {
    List<TrackChunk> chunks = new ArrayList<>();
    Map<String, List<Chunk>> byId = new HashMap<>();
    cut.forEach(
        (track, parts) -> {
          byId.put(track.id(), parts);
          parts.forEach(chunk -> chunks.add(new TrackChunk(track, chunk)));
        });
    JavaRDD<Track> others = plan.partitions(context, byId.keySet());
    int tasks = chunks.size() + others.getNumPartitions();
    SeparationWorkers shared = separation.sharedBy(tasks);
    JavaRDD<RunTotals> estimates =
        context.parallelize(chunks, chunks.size()).mapPartitions(chunks(shared));
    RunTotals summary = sum(estimates.union(others.mapPartitions(step(shared, 0))));
    JavaRDD<Track> joined = context.parallelize(new ArrayList<>(cut.keySet()), cut.size());
    return summary.merge(sum(joined.mapPartitions(step(shared.joining(byId), tasks))));
  }

  private ProcessTracks step(TrackWorker.Factory factory, int firstTask) {
    return new ProcessTracks(journals, factory, progress, attempts, firstTask, hadoop);
  }

  private ProcessChunks chunks(SeparationWorkers separation) {
    return new ProcessChunks(journals.fence().run(), separation, attempts, hadoop);
  }

  /** The long tracks that are really cut, with their chunks. */
  private Map<Track, List<Chunk>> cut(List<Track> tracks, ProcessChunks step) {
    if (tracks.isEmpty()) {
      return Map.of();
    }
    return context
        .parallelize(tracks, tracks.size())
        .mapToPair(track -> new Tuple2<>(track, step.cut(track, RunPlan.CHUNKS)))
        .filter(track -> track._2().size() > 1)
        .collectAsMap();
  }

  private static RunTotals sum(JavaRDD<RunTotals> summaries) {
    return summaries.fold(new RunTotals(), RunTotals::merge);
  }
}
