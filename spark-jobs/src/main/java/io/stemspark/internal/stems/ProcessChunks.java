package io.stemspark.internal.stems;

import io.stemspark.internal.corpus.Track;
import io.stemspark.internal.journal.RunTotals;
import io.stemspark.internal.journal.TrackResult;
import io.stemspark.internal.separation.Chunk;
import io.stemspark.internal.text.Reason;
import io.stemspark.internal.text.SafeText;
import io.stemspark.separation.StageTimes;
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
 * Processes chunks of long tracks. A chunk that fails leaves nothing: its track is then processed
 * as a whole, which shows what is wrong with it. A chunk that fails through no fault of its own is
 * left to another attempt of the task, while Spark allows one.
 *
 * @param attempts how often Spark tries a task
 */
public record ProcessChunks(
    String run,
    SeparationWorkers workers,
    int attempts,
    Broadcast<SerializableConfiguration> hadoop)
    implements FlatMapFunction<Iterator<ProcessChunks.TrackChunk>, RunTotals> {
  private static final Logger LOG = LoggerFactory.getLogger(ProcessChunks.class);

  /** A chunk and its track. */
  public record TrackChunk(Track track, Chunk chunk) implements Serializable {}

  @Override
  public Iterator<RunTotals> call(Iterator<TrackChunk> chunks) throws IOException {
    TaskContext context = TaskContext.get();
    Configuration configuration = hadoop.value().value();
    String attempt = "%s-piece-%d".formatted(run, context.taskAttemptId());
    boolean last = context.attemptNumber() + 1 >= attempts;
    RunTotals spent = new RunTotals();
    try (ChunkEstimator worker = workers.openChunks(attempt, configuration)) {
      while (chunks.hasNext()) {
        context.killTaskIfInterrupted();
        process(worker, chunks.next(), last, spent);
      }
    }
    return List.of(spent).iterator();
  }

  private static void process(
      ChunkEstimator worker, TrackChunk chunk, boolean last, RunTotals spent) throws IOException {
    long start = System.nanoTime();
    try {
      StageTimes times = worker.process(chunk.track, chunk.chunk);
      spent.spend((System.nanoTime() - start) / 1e9, times);
    } catch (IOException | RuntimeException | OutOfMemoryError e) {
      if (!last && !TrackResult.isFaultOfTrack(e)) {
        throw e;
      }
      LOG.warn(
          "Track {} will be processed as a whole, because its chunk from sample {} failed: {}",
          SafeText.line(chunk.track.id()),
          chunk.chunk.from(),
          SafeText.line(Reason.of(e)));
    }
  }

  /**
   * Cuts a track.
   *
   * @return its chunks; only one where cutting is not worth while, or the track cannot be read
   */
  public List<Chunk> cut(Track track, int most) throws IOException {
    Configuration configuration = hadoop.value().value();
    try (ChunkEstimator worker = workers.openChunks(run + "-cut", configuration)) {
      return worker.cut(track, most);
    } catch (IOException | RuntimeException | OutOfMemoryError e) {
      LOG.warn(
          "Track {} will be processed as a whole, because it could not be cut into chunks: {}",
          SafeText.line(track.id()),
          SafeText.line(Reason.of(e)));
      return List.of(new Chunk(0, Long.MAX_VALUE));
    }
  }
}
