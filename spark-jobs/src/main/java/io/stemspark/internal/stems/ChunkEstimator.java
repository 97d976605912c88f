package io.stemspark.internal.stems;

import io.stemspark.audio.AudioFormat;
import io.stemspark.audio.AudioReader;
import io.stemspark.audio.AudioWriter;
import io.stemspark.audio.Container;
import io.stemspark.audio.Encoding;
import io.stemspark.audio.Tags;
import io.stemspark.bundle.ModelBundle;
import io.stemspark.internal.audio.AudioStreams;
import io.stemspark.internal.corpus.Track;
import io.stemspark.internal.executor.TrackAudio;
import io.stemspark.internal.ffmpeg.FfmpegWriter;
import io.stemspark.internal.separation.Chunk;
import io.stemspark.internal.storage.AtomicFiles;
import io.stemspark.internal.storage.Spool;
import io.stemspark.internal.storage.TemporaryFolders;
import io.stemspark.separation.SeparationResult;
import io.stemspark.separation.StageTimes;
import io.stemspark.separation.StemSink;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.apache.hadoop.conf.Configuration;

/** Estimates the stems of chunks of long tracks. Not thread-safe. */
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
    List<org.apache.hadoop.fs.Path> stored =
        separator.engine().estimated().stream()
            .map(stem -> ChunkFiles.of(task, track, chunk, stem))
            .toList();
    if (ChunkFiles.areThere(stored, configuration)) {
      return StageTimes.NONE;
    }
    try (Spool spool = Spool.near(temporary, configuration)) {
      List<Path> files = new ArrayList<>();
      for (org.apache.hadoop.fs.Path target : stored) {
        files.add(spool.file(target.getName()));
      }
      SeparationResult result = estimate(track, chunk, files);
      long start = System.nanoTime();
      for (int stem = 0; stem < files.size(); stem++) {
        AtomicFiles.store(files.get(stem), stored.get(stem), temporary, configuration);
      }
      return result.storedIn(Duration.ofNanos(System.nanoTime() - start)).times();
    }
  }

  private SeparationResult estimate(Track track, Chunk chunk, List<Path> files) throws IOException {
    try (AudioReader mixture = audio.mixture(track);
        AudioStreams.Group<AudioWriter> writers = new AudioStreams.Group<>()) {
      AudioFormat format = separator.engine().estimateFormat(mixture);
      for (Path file : files) {
        writers.add(FfmpegWriter.create(file, Encoding.of(Container.WAV), format, Tags.NONE));
      }
      StemSink sink =
          (stems, position, length) -> {
            for (int stem = 0; stem < stems.length; stem++) {
              writers.streams().get(stem).write(stems[stem], length);
            }
          };
      return separator.engine().estimate(mixture, chunk, sink);
    }
  }

  @Override
  public void close() {
    separator.close();
    audio.close();
  }
}
