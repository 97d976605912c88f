package io.stemspark.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.stemspark.Demo;
import io.stemspark.audio.AudioReader;
import io.stemspark.audio.AudioWriter;
import io.stemspark.audio.Container;
import io.stemspark.audio.Encoding;
import io.stemspark.audio.Tags;
import io.stemspark.cli.Main;
import io.stemspark.internal.audio.Waveform;
import io.stemspark.internal.ffmpeg.FfmpegReader;
import io.stemspark.internal.ffmpeg.FfmpegWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three hours take the memory of three minutes, from the command line to the stems. */
@Tag("acceptance")
class LongTrackSeparationTest {
  private static final int RATE = 44_100;

  @TempDir Path folder;

  @Test
  void memoryDoesNotDependOnLength() throws IOException, InterruptedException {
    long shortTrack = peakOfMinutes(3);
    long longTrack = peakOfMinutes(180);
    System.out.printf("peak memory: 3 minutes %d KiB, 3 hours %d KiB%n", shortTrack, longTrack);
    assertThat((double) longTrack).isCloseTo((double) shortTrack, withinPercentage(10));
  }

  private long peakOfMinutes(int minutes) throws IOException, InterruptedException {
    Path track = folder.resolve(minutes + ".wav");
    write(track, minutes);
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // A heap of a fixed size, all of it touched: what else fills memory depends on the track.
    command.addAll(List.of("-Xms256m", "-Xmx256m", "-XX:+AlwaysPreTouch", "-XX:+UseSerialGC"));
    command.addAll(
        List.of(
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName(),
            "separate",
            track.toString(),
            "--model",
            Demo.FOLDER.resolve("starter.bundle").toString()));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    long peak = 0;
    while (!process.waitFor(200, TimeUnit.MILLISECONDS)) {
      long sum = peakKibibytes(process.toHandle());
      sum += process.descendants().mapToLong(LongTrackSeparationTest::peakKibibytes).sum();
      peak = Math.max(peak, sum);
    }
    assertThat(process.exitValue()).isZero();
    for (String stem : new String[] {"vocals", "accompaniment"}) {
      Path file = folder.resolve("stems/" + minutes + "/" + stem + ".wav");
      try (AudioReader reader = FfmpegReader.open(file)) {
        assertThat(samples(reader)).isEqualTo(60L * RATE * minutes);
      }
      Files.delete(file);
    }
    Files.delete(track);
    return peak;
  }

  private static long peakKibibytes(ProcessHandle process) {
    Path status = Path.of("/proc", Long.toString(process.pid()), "status");
    try {
      return Files.readAllLines(status).stream()
          .filter(line -> line.startsWith("VmHWM:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
          .sum();
    } catch (NoSuchFileException e) {
      return 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void write(Path file, int minutes) throws IOException {
    Waveform clip = Demo.read(Demo.FOLDER.resolve("train/en-weasels/mixture.flac"));
    try (AudioWriter writer =
        FfmpegWriter.create(file, Encoding.of(Container.WAV), clip.format(), Tags.NONE)) {
      for (long left = 60L * RATE * minutes; left > 0; left -= clip.length()) {
        writer.write(clip.samples(), (int) Math.min(left, clip.length()));
      }
    }
  }

  private static long samples(AudioReader reader) throws IOException {
    float[][] block = new float[2][1 << 16];
    long samples = 0;
    for (int n = reader.read(block); n >= 0; n = reader.read(block)) {
      samples += n;
    }
    return samples;
  }
}
