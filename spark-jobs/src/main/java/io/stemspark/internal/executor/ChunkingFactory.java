package io.stemspark.internal.executor;

import io.stemspark.internal.corpus.Track;
import io.stemspark.internal.separation.Chunk;
import io.stemspark.separation.StageTimes;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;

/** Makes the workers of a job that can do long tracks in pieces. */
public interface ChunkingFactory extends WorkerFactory {
  /**
   * Makes a worker for pieces.
   *
   * @param attempt as for {@link #open}
   */
  PieceWorker openPieces(String attempt, Configuration configuration) throws IOException;

  /**
   * Makes workers that finish tracks whose pieces are done.
   *
   * @param pieces of each track, by its id
   */
  WorkerFactory joining(Map<String, List<Chunk>> pieces);

  /** The same for a stage of so many tasks, which share out the cores of their executors. */
  ChunkingFactory sharedBy(int tasks);

  /** Does pieces of long tracks. Not thread-safe. */
  interface PieceWorker extends AutoCloseable {
    /** Cuts a track; into one piece where that is not worth while. */
    List<Chunk> cut(Track track, int most) throws IOException;

    /**
     * Does a piece, unless that is done, and stores it where the worker that joins them looks for
     * it.
     *
     * @return where the time went
     */
    StageTimes process(Track track, Chunk piece) throws IOException;

    @Override
    void close();
  }
}
