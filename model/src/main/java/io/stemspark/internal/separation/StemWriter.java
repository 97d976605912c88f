package io.stemspark.internal.separation;

import io.stemspark.audio.AudioFormat;
import io.stemspark.audio.AudioReader;
import io.stemspark.audio.AudioWriter;
import io.stemspark.audio.Encoding;
import io.stemspark.audio.Tags;
import io.stemspark.internal.audio.AudioStreams;
import io.stemspark.internal.audio.Loudness;
import io.stemspark.internal.ffmpeg.FfmpegWriter;
import io.stemspark.internal.ffmpeg.StemFile;
import io.stemspark.network.Stem;
import io.stemspark.separation.OutputConfig;
import io.stemspark.separation.StemSink;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Writes stems to files as they become ready. A file is whole once the writer is closed. */
public final class StemWriter implements StemSink, AutoCloseable {
  private final Map<String, AudioWriter> writers = new TreeMap<>();
  private final List<String> stems;
  private final Tags tags;
  private Optional<Path> whole = Optional.empty();

  /** Files that {@link #whole} is made of, by name. */
  private final Map<String, Path> parts = new LinkedHashMap<>();

  private float[][] sum = new float[0][0];

  /**
   * Creates the files.
   *
   * @param files to write, by the names that {@link OutputConfig#files} gives them
   * @param output whose stems are named
   * @param mixture gives sample rate, channels and tags
   */
  public StemWriter(Map<String, Path> files, OutputConfig output, AudioReader mixture)
      throws IOException {
    AudioFormat format = output.formatFor(mixture.format());
    Encoding encoding = output.encoding();
    this.stems = output.stems().stems().stream().map(Stem::name).toList();
    this.tags = mixture.tags();
    Map<String, Path> written = files;
    if (encoding.container().holdsAllStems()) {
      Path file = files.get("");
      encoding.container().requireChannels(file.toString(), format.channels());
      whole = Optional.of(file);
      OutputConfig.STREAMS_OF_A_FILE.forEach(name -> parts.put(name, part(file, name)));
      written = parts;
      encoding = new Encoding(encoding.container().ofStreams(), encoding.quality());
    }
    Tags ofFile = whole.isPresent() ? Tags.NONE : tags;
    try {
      for (Map.Entry<String, Path> file : written.entrySet()) {
        writers.put(
            file.getKey(),
            output.loudness()
                ? new MeasuredWriter(file.getValue(), encoding, format, ofFile)
                : FfmpegWriter.create(file.getValue(), encoding, format, ofFile));
      }
    } catch (IOException | RuntimeException e) {
      AudioStreams.closeAfter(e, writers.values());
      deleteParts();
      throw e;
    }
  }

  private static Path part(Path file, String name) {
    return file.resolveSibling("%s-%s.m4a".formatted(file.getFileName(), name));
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
    try {
      AudioStreams.close(writers.values());
      if (whole.isPresent()) {
        List<String> names = OutputConfig.STEMS_OF_A_FILE.stream().map(Stem::name).toList();
        StemFile.write(whole.get(), List.copyOf(parts.values()), names, tags);
      }
    } finally {
      deleteParts();
    }
  }

  /** How loud the files are, by name, once they are whole; none where that is not wanted. */
  public Map<String, Loudness> loudness() {
    Map<String, Loudness> loudness = new TreeMap<>();
    writers.forEach(
        (name, writer) -> {
          if (writer instanceof MeasuredWriter measured) {
            loudness.put(name, measured.loudness());
          }
        });
    return loudness;
  }

  private void deleteParts() throws IOException {
    for (Path part : parts.values()) {
      Files.deleteIfExists(part);
    }
  }
}
