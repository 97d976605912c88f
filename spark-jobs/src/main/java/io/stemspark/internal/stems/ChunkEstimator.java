package io.stemspark.internal.stems;

import io.stemspark.audio.AudioReader;
import io.stemspark.audio.AudioWriter;
import io.stemspark.audio.Container;
import io.stemspark.audio.Encoding;
import io.stemspark.audio.Tags;
import io.stemspark.bundle.ModelBundle;
import io.stemspark.internal.corpus.Track;
import io.stemspark.internal.executor.TrackAudio;
import io.stemspark.internal.ffmpeg.FfmpegWriter;
import io.stemspark.internal.separation.Chunk;
import io.stemspark.internal.storage.AtomicFiles;
import io.stemspark.internal.storage.Spool;
import io.stemspark.internal.storage.TemporaryFolders;
import io.stemspark.separation.SeparationResult;
import io.stemspark.separation.StageTimes;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import org.apache.hadoop.conf.Configuration;

/** Estimates the vocals of chunks of long tracks. Not thread-safe. */
final class ChunkEstimator implements AutoCloseable {
  private final SeparationContract task;
  private final Configuration configuration;
  private final BorrowedEngine separator;
  private final TrackAudio audio;
  private final org.apache.hadoop.fs.Path temporary;

  ChunkEstimator(
      ModelBundle bundle,
      SeparationContract task,
      OptionalInt gpu,
      String attempt,
      Configuration configuration) {
    this.task = task;
    this.configuration = configuration;
    this.temporary = TemporaryFolders.of(task.output(), attempt);
    this.separator = BorrowedEngine.of(bundle, task, gpu);
    this.audio = new TrackAudio(configuration, task.decoding());
  }

  /** Cuts a track into chunks. A track that is not worth cutting is one chunk. */
  List<Chunk> cut(Track track, int most) throws IOException {
    try (AudioReader mixture = audio.mixture(track)) {
      return separator.engine().cut(mixture, most);
    }
  }

  /**
   * Estimates a chunk and stores it where {@link TrackSeparator} looks for it. A chunk that is
   * stored already is not estimated again.
   *
   * @return the time that each step took
   */
  StageTimes process(Track track, Chunk chunk) throws IOException {
    org.apache.hadoop.fs.Path stored = ChunkFiles.of(task, track, chunk);
    if (ChunkFiles.isThere(stored, configuration)) {
      return StageTimes.NONE;
    }
    try (Spool spool = Spool.near(temporary, configuration)) {
      Path file = spool.file("piece");
      SeparationResult result = estimate(track, chunk, file);
      long start = System.nanoTime();
      AtomicFiles.store(file, stored, temporary, configuration);
      return result.storedIn(Duration.ofNanos(System.nanoTime() - start)).times();
    }
  }

  private SeparationResult estimate(Track track, Chunk chunk, Path file) throws IOException {
    try (AudioReader mixture = audio.mixture(track);
        AudioWriter vocals =
            FfmpegWriter.create(
                file,
                Encoding.of(Container.WAV),
                separator.engine().estimateFormat(mixture),
                Tags.NONE)) {
      return separator
          .engine()
          .estimate(mixture, chunk, (voice, rest, position, length) -> vocals.write(voice, length));
    }
  }

  @Override
  public void close() {
    separator.close();
    audio.close();
  }
}
