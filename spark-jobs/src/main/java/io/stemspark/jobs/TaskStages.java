package io.stemspark.jobs;

import io.stemspark.jobs.corpus.Track;
import io.stemspark.jobs.ledger.RunLedger;
import io.stemspark.jobs.ledger.RunProgress;
import io.stemspark.jobs.ledger.Summary;
import io.stemspark.jobs.plan.LongTracks;
import io.stemspark.jobs.plan.RunPlan;
import io.stemspark.jobs.steps.CuttingFactory;
import io.stemspark.jobs.steps.ProcessPieces;
import io.stemspark.jobs.steps.ProcessPieces.TrackPiece;
import io.stemspark.jobs.steps.ProcessTracks;
import io.stemspark.jobs.steps.WorkerFactory;
import io.stemspark.separation.Piece;
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
record TaskStages(
    JavaSparkContext context,
    RunLedger.Opening ledgers,
    WorkerFactory workers,
    RunProgress progress,
    int attempts,
    Broadcast<SerializableConfiguration> hadoop) {
  Summary run(RunPlan plan) {
    if (!(workers instanceof CuttingFactory cutting)) {
      return sum(plan.chunks(Set.of()).mapPartitions(step(workers, 0)));
    }
    Map<Track, List<Piece>> cut = cut(plan.longTracks(), pieces(cutting));
    return cut.isEmpty() ? whole(plan, cutting) : inPieces(plan, cut, cutting);
  }

  private Summary whole(RunPlan plan, CuttingFactory cutting) {
    JavaRDD<Track> chunks = plan.chunks(Set.of());
    CuttingFactory shared = cutting.sharedBy(chunks.getNumPartitions());
    return sum(chunks.mapPartitions(step(shared, 0)));
  }

  private Summary inPieces(RunPlan plan, Map<Track, List<Piece>> cut, CuttingFactory cutting) {
    List<TrackPiece> pieces = new ArrayList<>();
    Map<String, List<Piece>> byId = new HashMap<>();
    cut.forEach(
        (track, parts) -> {
          byId.put(track.id(), parts);
          parts.forEach(piece -> pieces.add(new TrackPiece(track, piece)));
        });
    JavaRDD<Track> others = plan.chunks(byId.keySet());
    int tasks = pieces.size() + others.getNumPartitions();
    CuttingFactory shared = cutting.sharedBy(tasks);
    JavaRDD<Summary> estimates =
        context.parallelize(pieces, pieces.size()).mapPartitions(pieces(shared));
    Summary summary = sum(estimates.union(others.mapPartitions(step(shared, 0))));
    JavaRDD<Track> joined = context.parallelize(new ArrayList<>(cut.keySet()), cut.size());
    return summary.merge(sum(joined.mapPartitions(step(shared.joining(byId), tasks))));
  }

  private ProcessTracks step(WorkerFactory factory, int firstTask) {
    return new ProcessTracks(ledgers, factory, progress, attempts, firstTask, hadoop);
  }

  private ProcessPieces pieces(CuttingFactory cutting) {
    return new ProcessPieces(ledgers.fence().run(), cutting, attempts, hadoop);
  }

  /** The long tracks that are really cut, with their pieces. */
  private Map<Track, List<Piece>> cut(List<Track> tracks, ProcessPieces step) {
    if (tracks.isEmpty()) {
      return Map.of();
    }
    return context
        .parallelize(tracks, tracks.size())
        .mapToPair(track -> new Tuple2<>(track, step.cut(track, LongTracks.PIECES)))
        .filter(track -> track._2().size() > 1)
        .collectAsMap();
  }

  private static Summary sum(JavaRDD<Summary> summaries) {
    return summaries.fold(new Summary(), Summary::merge);
  }
}
