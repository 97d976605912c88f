package io.stemspark.faults;

import io.stemspark.Demo;
import io.stemspark.TestBundle;
import io.stemspark.audio.AudioFormat;
import io.stemspark.audio.AudioWriter;
import io.stemspark.audio.Container;
import io.stemspark.audio.Encoding;
import io.stemspark.audio.Tags;
import io.stemspark.internal.audio.Waveform;
import io.stemspark.internal.ffmpeg.FfmpegWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Many short tracks, cut from a demo clip at different places, so that no two are alike. */
final class SmallCatalogue {
  /** How many; the build says. */
  static final int TRACKS = Integer.getInteger("stemspark.test.tracks");

  private static final int SHORTEST = 20_000;
  private static final int STEP = 997;
  private static final int LENGTHS = 13;

  private SmallCatalogue() {}

  static void write(Path folder) throws IOException {
    write(folder, TRACKS);
  }

  /** Writes {@code <folder>/train/<track>/{mixture,vocals,accompaniment}.wav}. */
  static void write(Path folder, int tracks) throws IOException {
    Path demo = Demo.FOLDER.resolve("train/it-wrong");
    for (String stem : new String[] {"mixture", "vocals", "accompaniment"}) {
      Waveform clip = Demo.read(demo.resolve(stem + ".flac"));
      for (int t = 0; t < tracks; t++) {
        Path track = Files.createDirectories(folder.resolve("train/track %03d".formatted(t)));
        write(clip, t, track.resolve(stem + ".wav"));
      }
    }
  }

  private static void write(Waveform clip, int track, Path file) throws IOException {
    int length = SHORTEST + track % LENGTHS * STEP;
    int start = track * STEP % (clip.length() - length);
    AudioFormat format = clip.format();
    float[][] cut = new float[format.channels()][];
    for (int c = 0; c < cut.length; c++) {
      cut[c] = Arrays.copyOfRange(clip.channel(c), start, start + length);
    }
    try (AudioWriter writer =
        FfmpegWriter.create(file, Encoding.of(Container.WAV), format, Tags.NONE)) {
      writer.write(cut, length);
    }
  }

  /** Arguments of a job on this catalogue, with settings that take little time. */
  static List<String> arguments(String job, String input, String output, Path folder)
      throws IOException {
    List<String> arguments = new ArrayList<>(List.of(job, input, output));
    if (!job.equals("extract")) {
      arguments.addAll(List.of("--model", bundle(folder).toString()));
    }
    for (String setting : settings(job)) {
      arguments.addAll(List.of("--set", setting));
    }
    return arguments;
  }

  static List<String> settings(String job) {
    return job.equals("extract")
        ? List.of(
            "stemspark.stft.fft-size=1024",
            "stemspark.stft.hop-length=256",
            "stemspark.patch.bins=256")
        : List.of();
  }

  /** A model bundle in a folder. */
  static Path bundle(Path folder) throws IOException {
    Path bundle = folder.resolve("model.bundle");
    return Files.exists(bundle) ? bundle : TestBundle.write(bundle);
  }
}
