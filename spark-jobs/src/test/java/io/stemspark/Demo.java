package io.stemspark;

import io.stemspark.audio.AudioFormat;
import io.stemspark.audio.AudioReader;
import io.stemspark.audio.AudioWriter;
import io.stemspark.audio.Container;
import io.stemspark.audio.Encoding;
import io.stemspark.audio.Tags;
import io.stemspark.internal.audio.Waveform;
import io.stemspark.internal.ffmpeg.FfmpegReader;
import io.stemspark.internal.ffmpeg.FfmpegWriter;
import java.io.IOException;
import java.nio.file.Path;

/** The real clips in {@code demo/}. */
public final class Demo {
  public static final Path FOLDER = Path.of(System.getProperty("stemspark.root"), "demo");

  private Demo() {}

  public static Waveform read(Path file) throws IOException {
    try (AudioReader reader = FfmpegReader.open(file)) {
      return Waveform.readAll(reader);
    }
  }

  /**
   * Writes a clip in another coding.
   *
   * @param file without an extension
   * @param gain by which samples are multiplied before they are cut off at full scale
   * @param silence samples before it
   * @return the file, with its extension
   */
  public static Path copy(Path clip, Path file, Container container, float gain, int silence)
      throws IOException {
    Waveform original = read(clip);
    float[][] samples = new float[original.samples().length][silence + original.length()];
    for (int channel = 0; channel < samples.length; channel++) {
      for (int i = 0; i < original.length(); i++) {
        float sample = gain * original.samples()[channel][i];
        samples[channel][silence + i] = Math.max(-1, Math.min(1, sample));
      }
    }
    AudioFormat format =
        original.format().withSampleFormat(container.nearest(original.format().sampleFormat()));
    Path target = file.resolveSibling(file.getFileName() + "." + container.extension());
    try (AudioWriter writer =
        FfmpegWriter.create(target, Encoding.of(container), format, Tags.NONE)) {
      writer.write(samples, samples[0].length);
    }
    return target;
  }
}
