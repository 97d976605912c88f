package io.stemspark.internal.separation;

import io.stemspark.audio.AudioFormat;
import io.stemspark.audio.AudioReader;
import io.stemspark.audio.AudioWriter;
import io.stemspark.internal.audio.AudioStreams;
import io.stemspark.internal.ffmpeg.FfmpegWriter;
import io.stemspark.network.Stem;
import io.stemspark.separation.OutputConfig;
import io.stemspark.separation.OutputConfig.StemSelection;
import io.stemspark.separation.StemSink;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Writes stems to files as they become ready. A file is whole once the writer is closed. */
public final class StemWriter implements StemSink, AutoCloseable {
  private final Map<String, AudioWriter> writers = new TreeMap<>();
  private final List<String> stems;
  private float[][] sum = new float[0][0];

  /**
   * Creates the files.
   *
   * @param files to write, by the names that {@link StemSelection#names} gives them
   * @param output whose stems are named
   * @param mixture gives sample rate, channels and tags
   */
  public StemWriter(Map<String, Path> files, OutputConfig output, AudioReader mixture)
      throws IOException {
    AudioFormat format = output.formatFor(mixture.format());
    this.stems = output.stems().stems().stream().map(Stem::name).toList();
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
  public void write(float[][][] samples, long position, int length) throws IOException {
    for (Map.Entry<String, AudioWriter> writer : writers.entrySet()) {
      float[][] written =
          writer.getKey().equals(Stem.MIXTURE)
              ? sum(samples, length)
              : samples[stems.indexOf(writer.getKey())];
      writer.getValue().write(written, length);
    }
  }

  private float[][] sum(float[][][] samples, int length) {
    if (sum.length == 0 || sum[0].length < length) {
      sum = new float[samples[0].length][length];
    }
    for (int channel = 0; channel < sum.length; channel++) {
      System.arraycopy(samples[0][channel], 0, sum[channel], 0, length);
      for (int stem = 1; stem < samples.length; stem++) {
        for (int i = 0; i < length; i++) {
          sum[channel][i] += samples[stem][channel][i];
        }
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
