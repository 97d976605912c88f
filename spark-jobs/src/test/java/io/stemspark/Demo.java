package io.stemspark;

import io.stemspark.audio.AudioReader;
import io.stemspark.internal.audio.Waveform;
import io.stemspark.internal.ffmpeg.FfmpegReader;
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
}
