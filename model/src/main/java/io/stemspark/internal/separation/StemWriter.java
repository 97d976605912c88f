package io.stemspark.internal.separation;

import io.stemspark.audio.AudioFormat;
import io.stemspark.audio.AudioReader;
import io.stemspark.audio.AudioWriter;
import io.stemspark.internal.audio.AudioStreams;
import io.stemspark.internal.ffmpeg.FfmpegWriter;
import io.stemspark.network.Stem;
import io.stemspark.separation.OutputConfig;
import io.stemspark.separation.StemSink;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;

/** Writes stems to files as they become ready. A file is whole once the writer is closed. */
public final class StemWriter implements StemSink, AutoCloseable {
  private final Map<Stem, AudioWriter> writers = new EnumMap<>(Stem.class);

  /**
   * Creates the files.
   *
   * @param files of the stems to write; others are left out
   * @param mixture gives sample rate, channels and tags
   */
  public StemWriter(Map<Stem, Path> files, OutputConfig output, AudioReader mixture)
      throws IOException {
    AudioFormat format = output.formatFor(mixture.format());
    try {
      for (Map.Entry<Stem, Path> file : files.entrySet()) {
        writers.put(
            file.getKey(),
            FfmpegWriter.create(file.getValue(), output.encoding(), format, mixture.tags()));
      }
    } catch (IOException | RuntimeException e) {
      AudioStreams.closeAfter(e, writers.values());
      throw e;
    }
  }

  @Override
  public void write(float[][] vocals, float[][] accompaniment, long position, int length)
      throws IOException {
    for (Map.Entry<Stem, AudioWriter> writer : writers.entrySet()) {
      writer.getValue().write(writer.getKey() == Stem.VOCALS ? vocals : accompaniment, length);
    }
  }

  /** Completes the files. All are closed, even if the first one fails. */
  @Override
  public void close() throws IOException {
    AudioStreams.close(writers.values());
  }
}
