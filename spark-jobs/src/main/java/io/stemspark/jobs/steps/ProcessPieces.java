package io.stemspark.jobs.steps;

import io.stemspark.jobs.corpus.Track;
import io.stemspark.jobs.ledger.Summary;
import io.stemspark.separation.Piece;
import java.io.IOException;
import java.io.Serializable;
import java.util.Iterator;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Processes pieces of long tracks. One that fails leaves nothing; its track is then done as a
 * whole, and what is wrong with it comes to light there.
 */
public final class ProcessPieces
    implements FlatMapFunction<Iterator<ProcessPieces.TrackPiece>, Summary> {
  private static final long serialVersionUID = 1;
  private static final Logger LOG = LoggerFactory.getLogger(ProcessPieces.class);

  private final String run;
  private final CuttingFactory workers;
  private final Broadcast<SerializableConfiguration> hadoop;

  /** A piece, and the track that it is of. */
  public record TrackPiece(Track track, Piece piece) implements Serializable {}

  public ProcessPieces(
      String run, CuttingFactory workers, Broadcast<SerializableConfiguration> hadoop) {
    this.run = run;
    this.workers = workers;
    this.hadoop = hadoop;
  }

  @Override
  public Iterator<Summary> call(Iterator<TrackPiece> pieces) throws IOException {
    TaskContext context = TaskContext.get();
    Configuration configuration = hadoop.value().value();
    String attempt = "%s-piece-%d".formatted(run, context.taskAttemptId());
    try (CuttingFactory.PieceWorker worker = workers.openPieces(attempt, configuration)) {
      while (pieces.hasNext()) {
        context.killTaskIfInterrupted();
        process(worker, pieces.next());
      }
    }
    return List.of(new Summary()).iterator();
  }

  private static void process(CuttingFactory.PieceWorker worker, TrackPiece piece) {
    try {
      worker.process(piece.track, piece.piece);
    } catch (IOException | RuntimeException | OutOfMemoryError e) {
      LOG.warn(
          "Track {} will be done as a whole: its piece from sample {} failed",
          piece.track.id(),
          piece.piece.from(),
          e);
    }
  }

  /**
   * Cuts a track.
   *
   * @return one piece where it is not worth while, or the track cannot be read
   */
  public List<Piece> cut(Track track, int most) throws IOException {
    Configuration configuration = hadoop.value().value();
    try (CuttingFactory.PieceWorker worker = workers.openPieces(run + "-cut", configuration)) {
      return worker.cut(track, most);
    } catch (IOException | RuntimeException e) {
      LOG.warn("Track {} will be done as a whole", track.id(), e);
      return List.of(new Piece(0, Long.MAX_VALUE));
    }
  }
}
