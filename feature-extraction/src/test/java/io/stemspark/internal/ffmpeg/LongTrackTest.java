package io.stemspark.internal.ffmpeg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.stemspark.audio.AudioFormat;
import io.stemspark.audio.AudioReader;
import io.stemspark.audio.AudioWriter;
import io.stemspark.audio.Container;
import io.stemspark.audio.Encoding;
import io.stemspark.audio.SampleFormat;
import io.stemspark.audio.Tags;
import io.stemspark.internal.audio.FullReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ten hours of stereo take the memory of three minutes, and come out as they went in. */
@Tag("acceptance")
class LongTrackTest {
  private static final int RATE = 44_100;
  private static final int MINUTE = 60 * RATE;

  @TempDir Path folder;

  @Test
  void memoryDoesNotDependOnLength() throws Exception {
    Path warmup = folder.resolve("warmup.flac");
    write(warmup, 3);
    long shortTrack = peakOfMinutes(3, warmup);
    long longTrack = peakOfMinutes(600, warmup);
    System.out.printf("peak memory: 3 minutes %d KiB, 10 hours %d KiB%n", shortTrack, longTrack);
    assertThat((double) longTrack).isCloseTo((double) shortTrack, withinPercentage(10));
  }

  private long peakOfMinutes(int minutes, Path warmup) throws IOException, InterruptedException {
    Path original = folder.resolve(minutes + ".flac");
    Path copy = folder.resolve(minutes + ".wav");
    write(original, minutes);
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                // A heap of what lives and a small compiler: what else fills memory is not the
                // track.
                "-XX:+UseSerialGC",
                "-Xms16m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                LongTrack.class.getName(),
                warmup.toString(),
                original.toString(),
                copy.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String peak =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    assertThat(process.waitFor()).isZero();
    assertEqual(original, copy, (long) minutes * MINUTE);
    try (InputStream wav = Files.newInputStream(copy)) {
      // The sizes of a plain WAV file end at 4 GiB.
      assertThat(new String(wav.readNBytes(4), StandardCharsets.US_ASCII))
          .isEqualTo(Files.size(copy) < 1L << 32 ? "RIFF" : "RF64");
    }
    Files.delete(original);
    Files.delete(copy);
    return Long.parseLong(peak);
  }

  /** Chords that change every second, 16 bits. */
  private static void write(Path file, int minutes) throws IOException {
    AudioFormat format = new AudioFormat(RATE, 2, SampleFormat.INT16);
    float[][] second = new float[2][RATE];
    try (AudioWriter writer =
        FfmpegWriter.create(file, new Encoding(Container.FLAC, 0), format, Tags.NONE)) {
      for (int s = 0; s < 60 * minutes; s++) {
        for (int c = 0; c < 2; c++) {
          double step = 2 * Math.PI * (110 + 13 * ((s + 7 * c) % 97)) / RATE;
          for (int i = 0; i < RATE; i++) {
            second[c][i] = Math.round(12_000 * Math.sin(step * i)) / 32768f;
          }
        }
        writer.write(second, RATE);
      }
    }
  }

  private static void assertEqual(Path original, Path copy, long length) throws IOException {
    try (AudioReader a = FfmpegReader.open(original);
        AudioReader b = FfmpegReader.open(copy)) {
      FullReader expected = new FullReader(a);
      FullReader actual = new FullReader(b);
      float[][] left = new float[2][RATE];
      float[][] right = new float[2][RATE];
      long compared = 0;
      for (int n = expected.read(left); n >= 0; n = expected.read(left)) {
        assertThat(actual.read(right)).isEqualTo(n);
        assertThat(right).isDeepEqualTo(left);
        compared += n;
      }
      assertThat(actual.read(right)).isEqualTo(-1);
      assertThat(compared).isEqualTo(length);
    }
  }
}
