package io.stemspark.internal.pipeline;

import io.stemspark.internal.corpus.Track;
import io.stemspark.internal.executor.ChunkingFactory;
import io.stemspark.internal.executor.ProcessChunks;
import io.stemspark.internal.executor.ProcessChunks.TrackPiece;
import io.stemspark.internal.executor.ProcessTracks;
import io.stemspark.internal.executor.WorkerFactory;
import io.stemspark.internal.journal.RunProgress;
import io.stemspark.internal.journal.RunTotals;
import io.stemspark.internal.journal.TaskJournal;
import io.stemspark.internal.plan.LongTracks;
import io.stemspark.internal.plan.RunPlan;
import io.stemspark.internal.separation.Chunk;
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
 * Lets Spark process the tracks of a plan: most of them in one stage of tasks, in which long tracks
 * are cut into pieces if the job can do that; in a second one, when all of these have ended, the
 * pieces are joined.
 */
record PipelineStages(
    JavaSparkContext context,
    TaskJournal.Opening ledgers,
    WorkerFactory workers,
    RunProgress progress,
    int attempts,
    Broadcast<SerializableConfiguration> hadoop) {
  RunTotals run(RunPlan plan) {
    if (!(workers instanceof ChunkingFactory cutting)) {
      return sum(plan.chunks(Set.of()).mapPartitions(step(workers, 0)));
    }
    Map<Track, List<Chunk>> cut = cut(plan.longTracks(), pieces(cutting));
    return cut.isEmpty() ? whole(plan, cutting) : inPieces(plan, cut, cutting);
  }

  private RunTotals whole(RunPlan plan, ChunkingFactory cutting) {
    JavaRDD<Track> chunks = plan.chunks(Set.of());
    ChunkingFactory shared = cutting.sharedBy(chunks.getNumPartitions());
    return sum(chunks.mapPartitions(step(shared, 0)));
  }

  private RunTotals inPieces(RunPlan plan, Map<Track, List<Chunk>> cut, ChunkingFactory cutting) {
    List<TrackPiece> pieces = new ArrayList<>();
    Map<String, List<Chunk>> byId = new HashMap<>();
    cut.forEach(
        (track, parts) -> {
          byId.put(track.id(), parts);
          parts.forEach(piece -> pieces.add(new TrackPiece(track, piece)));
        });
    JavaRDD<Track> others = plan.chunks(byId.keySet());
    int tasks = pieces.size() + others.getNumPartitions();
    ChunkingFactory shared = cutting.sharedBy(tasks);
    JavaRDD<RunTotals> estimates =
        context.parallelize(pieces, pieces.size()).mapPartitions(pieces(shared));
    RunTotals summary = sum(estimates.union(others.mapPartitions(step(shared, 0))));
    JavaRDD<Track> joined = context.parallelize(new ArrayList<>(cut.keySet()), cut.size());
    return summary.merge(sum(joined.mapPartitions(step(shared.joining(byId), tasks))));
  }

  private ProcessTracks step(WorkerFactory factory, int firstTask) {
    return new ProcessTracks(ledgers, factory, progress, attempts, firstTask, hadoop);
  }

  private ProcessChunks pieces(ChunkingFactory cutting) {
    return new ProcessChunks(ledgers.fence().run(), cutting, attempts, hadoop);
  }

  /** The long tracks that are really cut, with their pieces. */
  private Map<Track, List<Chunk>> cut(List<Track> tracks, ProcessChunks step) {
    if (tracks.isEmpty()) {
      return Map.of();
    }
    return context
        .parallelize(tracks, tracks.size())
        .mapToPair(track -> new Tuple2<>(track, step.cut(track, LongTracks.PIECES)))
        .filter(track -> track._2().size() > 1)
        .collectAsMap();
  }

  private static RunTotals sum(JavaRDD<RunTotals> summaries) {
    return summaries.fold(new RunTotals(), RunTotals::merge);
  }
}
