package io.stemspark.benchmarks;

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

/** The demo's clips again and again: tracks of any length. */
final class LoopedDemo {
  private static final int CHANNELS = 2;

  private final Path folder;

  /**
   * @param root the folder that holds {@code demo/}
   */
  LoopedDemo(Path root) {
    this(root, "en-weasels");
  }

  /**
   * @param clip one of {@code demo/train}
   */
  LoopedDemo(Path root, String clip) {
    this.folder = root.resolve("demo/train").resolve(clip);
  }

  /** The clip as it is. */
  Waveform clip(String stem) throws IOException {
    try (AudioReader reader = FfmpegReader.open(folder.resolve(stem + ".flac"))) {
      return Waveform.readAll(reader);
    }
  }

  Waveform track(String stem, int seconds) throws IOException {
    return track(clip(stem), seconds, 0);
  }

  /**
   * A track of a clip.
   *
   * @param from the sample of the clip that it begins with
   */
  static Waveform track(Waveform clip, int seconds, int from) {
    float[][] samples = new float[CHANNELS][seconds * clip.format().sampleRate()];
    for (int c = 0; c < CHANNELS; c++) {
      float[] source = clip.channel(c);
      for (int i = 0; i < samples[c].length; i++) {
        samples[c][i] = source[(i + from) % source.length];
      }
    }
    return new Waveform(clip.format(), samples);
  }

  /** Writes a WAV or a FLAC file. */
  static void write(Waveform track, Path file) throws IOException {
    Container container = file.toString().endsWith(".flac") ? Container.FLAC : Container.WAV;
    AudioFormat format = track.format();
    try (AudioWriter writer =
        FfmpegWriter.create(file, Encoding.of(container), format, Tags.NONE)) {
      writer.write(track.samples(), track.length());
    }
  }
}
