package io.stemspark.jobs.steps;

import io.stemspark.audio.AudioReader;
import io.stemspark.audio.AudioWriter;
import io.stemspark.audio.Container;
import io.stemspark.audio.Encoding;
import io.stemspark.audio.FfmpegWriter;
import io.stemspark.audio.Tags;
import io.stemspark.bundle.BundleException;
import io.stemspark.bundle.ModelBundle;
import io.stemspark.jobs.corpus.Track;
import io.stemspark.jobs.storage.AtomicFiles;
import io.stemspark.jobs.storage.Spool;
import io.stemspark.jobs.storage.TemporaryFolders;
import io.stemspark.separation.Piece;
import io.stemspark.separation.SeparationResult;
import io.stemspark.separation.Separator;
import io.stemspark.separation.StageTimes;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import org.apache.hadoop.conf.Configuration;

/** Estimates the vocals of pieces of long tracks. */
final class PieceEstimator implements CuttingFactory.PieceWorker {
  private final SeparationTask task;
  private final Configuration configuration;
  private final Networks.Borrowed network;
  private final Separator separator;
  private final TrackAudio audio;
  private final org.apache.hadoop.fs.Path temporary;

  PieceEstimator(
      ModelBundle bundle,
      SeparationTask task,
      OptionalInt card,
      String attempt,
      Configuration configuration)
      throws BundleException {
    this.task = task;
    this.configuration = configuration;
    this.temporary = TemporaryFolders.of(task.output(), attempt);
    this.network = task.network(bundle, card);
    this.separator = task.separator(bundle, network);
    this.audio = new TrackAudio(configuration, task.decoding());
  }

  @Override
  public List<Piece> cut(Track track, int most) throws IOException {
    try (AudioReader mixture = audio.mixture(track)) {
      return separator.cut(mixture, most);
    }
  }

  @Override
  public StageTimes process(Track track, Piece piece) throws IOException {
    org.apache.hadoop.fs.Path stored = PieceFiles.of(task, track, piece);
    if (PieceFiles.isThere(stored, configuration)) {
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

  private SeparationResult estimate(Track track, Piece piece, Path file) throws IOException {
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
