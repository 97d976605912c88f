package io.stemspark;

import io.stemspark.audio.AudioReader;
import io.stemspark.internal.audio.Waveform;
import io.stemspark.internal.ffmpeg.FfmpegReader;
import java.io.IOException;
import java.nio.file.Path;

/** The real clips in {@code demo/}. */
public final class DemoClips {
  private static final Path ROOT = Path.of(System.getProperty("stemspark.root"), "demo");

  private DemoClips() {}

  public static Path mixture() {
    return ROOT.resolve("train/en-weasels/mixture.flac");
  }

  public static Path vocals() {
    return ROOT.resolve("train/en-weasels/vocals.flac");
  }

  public static Path accompaniment() {
    return ROOT.resolve("train/en-weasels/accompaniment.flac");
  }

  /** A stem of a track of the training split. */
  public static Path stem(String track, String name) {
    return ROOT.resolve("train").resolve(track).resolve(name + ".flac");
  }

  public static Path mono48kHz() {
    return ROOT.resolve("test/en-hello-mono48/mixture.wav");
  }

  public static Path mp3() {
    return ROOT.resolve("test/es-echo-mp3/mixture.mp3");
  }

  public static Path starterBundle() {
    return ROOT.resolve("starter.bundle");
  }

  public static Waveform read(Path file) throws IOException {
    try (AudioReader reader = FfmpegReader.open(file)) {
      return Waveform.readAll(reader);
    }
  }
}
