package io.stemspark.benchmarks;

import io.stemspark.audio.AudioDecoder;
import io.stemspark.audio.AudioReader;
import io.stemspark.audio.DecodingConfig;
import io.stemspark.internal.child.ChildDecoder;
import io.stemspark.internal.ffmpeg.InProcessDecoder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** What a process of its own costs a short track: the demo's clips, decoded there and here. */
public final class DecodingBenchmark {
  private static final int WARMUPS = 10;
  private static final int REPETITIONS = 51;
  private static final Path DEMO = Path.of(System.getProperty("stemspark.root"), "demo");

  private DecodingBenchmark() {}

  public static void main(String[] arguments) {
    System.out.println(Machine.describe());
    System.out.println(
        """

        | file | decoded | median ms | ratio |
        |---|---|---:|---|""");
    DecodingConfig config = DecodingConfig.standard();
    try (AudioDecoder here = new InProcessDecoder(config);
        AudioDecoder child = new ChildDecoder(config)) {
      for (String file :
          List.of(
              "train/en-weasels/mixture.flac",
              "test/es-echo-mp3/mixture.mp3",
              "test/en-hello-mono48/mixture.wav")) {
        Path clip = DEMO.resolve(file);
        print(
            file,
            "in this process",
            "in a child",
            () -> decode(here, clip),
            () -> decode(child, clip));
      }
    }
    Path clip = DEMO.resolve("test/en-hello-mono48/mixture.wav");
    print(
        "the last one",
        "in this process",
        "in a child that starts for it",
        () -> decodeOnce(new InProcessDecoder(config), clip),
        () -> decodeOnce(new ChildDecoder(config), clip));
  }

  private static void print(
      String file, String yardstick, String engine, Runnable limit, Runnable work) {
    List<Timing> timings =
        RoundRobin.measure(
            List.of(
                Contestant.alone(yardstick, limit), Contestant.against(yardstick, engine, work)),
            WARMUPS,
            REPETITIONS);
    for (Timing timing : timings) {
      System.out.printf(
          Locale.ROOT,
          "| %s | %s | %.2f | %s |%n",
          file,
          timing.engine(),
          timing.milliseconds(),
          timing.ratio().map(r -> String.format(Locale.ROOT, "%.2f x", r)).orElse(""));
    }
  }

  private static void decodeOnce(AudioDecoder decoder, Path file) {
    try (decoder) {
      decode(decoder, file);
    }
  }

  private static void decode(AudioDecoder decoder, Path file) {
    try (AudioReader reader =
        decoder.open(file.toString(), FileChannel.open(file), AudioDecoder.BEST_STREAM)) {
      float[][] block = new float[reader.format().channels()][1 << 14];
      long length = 0;
      for (int n = reader.read(block); n >= 0; n = reader.read(block)) {
        length += n;
      }
      if (length == 0) {
        throw new IllegalStateException(file + " is empty.");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
