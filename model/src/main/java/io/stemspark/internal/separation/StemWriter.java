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
import java.util.Map;
import java.util.TreeMap;

/** Writes stems to files as they become ready. A file is whole once the writer is closed. */
public final class StemWriter implements StemSink, AutoCloseable {
  private static final String VOCALS = Stem.VOCALS.baseName();
  private static final String MIXTURE = OutputConfig.StemSelection.MIXTURE;

  private final Map<String, AudioWriter> writers = new TreeMap<>();
  private float[][] sum = new float[0][0];

  /**
   * Creates the files.
   *
   * @param files to write, by the names that {@link OutputConfig.StemSelection#names} gives them
   * @param mixture gives sample rate, channels and tags
   */
  public StemWriter(Map<String, Path> files, OutputConfig output, AudioReader mixture)
      throws IOException {
    AudioFormat format = output.formatFor(mixture.format());
    try {
      for (Map.Entry<String, Path> file : files.entrySet()) {
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
    for (Map.Entry<String, AudioWriter> writer : writers.entrySet()) {
      float[][] samples =
          writer.getKey().equals(MIXTURE)
              ? sum(vocals, accompaniment, length)
              : writer.getKey().equals(VOCALS) ? vocals : accompaniment;
      writer.getValue().write(samples, length);
    }
  }

  private float[][] sum(float[][] vocals, float[][] accompaniment, int length) {
    if (sum.length == 0 || sum[0].length < length) {
      sum = new float[vocals.length][length];
    }
    for (int channel = 0; channel < sum.length; channel++) {
      for (int i = 0; i < length; i++) {
        sum[channel][i] = vocals[channel][i] + accompaniment[channel][i];
      }
    }
    return sum;
  }

  /** Completes the files. All are closed, even if the first one fails. */
  @Override
  public void close() throws IOException {
    AudioStreams.close(writers.values());
  }
}
