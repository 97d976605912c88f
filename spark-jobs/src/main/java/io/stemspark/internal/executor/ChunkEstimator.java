package io.stemspark.internal.executor;

import io.stemspark.audio.AudioReader;
import io.stemspark.audio.AudioWriter;
import io.stemspark.audio.Container;
import io.stemspark.audio.Encoding;
import io.stemspark.audio.Tags;
import io.stemspark.bundle.BundleException;
import io.stemspark.bundle.ModelBundle;
import io.stemspark.internal.corpus.Track;
import io.stemspark.internal.ffmpeg.FfmpegWriter;
import io.stemspark.internal.separation.Chunk;
import io.stemspark.internal.separation.SeparationEngine;
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

/** Estimates the vocals of pieces of long tracks. */
final class ChunkEstimator implements ChunkingFactory.PieceWorker {
  private final SeparateTrack task;
  private final Configuration configuration;
  private final Networks.Borrowed network;
  private final SeparationEngine separator;
  private final TrackAudio audio;
  private final org.apache.hadoop.fs.Path temporary;

  ChunkEstimator(
      ModelBundle bundle,
      SeparateTrack task,
      OptionalInt gpu,
      String attempt,
      Configuration configuration)
      throws BundleException {
    this.task = task;
    this.configuration = configuration;
    this.temporary = TemporaryFolders.of(task.output(), attempt);
    this.network = task.network(bundle, gpu);
    this.separator = task.separator(bundle, network);
    this.audio = new TrackAudio(configuration, task.decoding());
  }

  @Override
  public List<Chunk> cut(Track track, int most) throws IOException {
    try (AudioReader mixture = audio.mixture(track)) {
      return separator.cut(mixture, most);
    }
  }

  @Override
  public StageTimes process(Track track, Chunk piece) throws IOException {
    org.apache.hadoop.fs.Path stored = ChunkFiles.of(task, track, piece);
    if (ChunkFiles.isThere(stored, configuration)) {
      return StageTimes.NONE;
    }
    try (Spool spool = Spool.near(temporary, configuration)) {
      Path file = spool.file("piece");
      SeparationResult result = estimate(track, piece, file);
      long start = System.nanoTime();
      AtomicFiles.store(file, stored, temporary, configuration);
      return result.storedIn(Duration.ofNanos(System.nanoTime() - start)).times();
    }
  }

  private SeparationResult estimate(Track track, Chunk piece, Path file) throws IOException {
    try (AudioReader mixture = audio.mixture(track);
        AudioWriter vocals =
            FfmpegWriter.create(
                file, Encoding.of(Container.WAV), separator.estimateFormat(mixture), Tags.NONE)) {
      return separator.estimate(
          mixture, piece, (voice, rest, position, length) -> vocals.write(voice, length));
    }
  }

  @Override
  public void close() {
    network.close();
    audio.close();
  }
}
