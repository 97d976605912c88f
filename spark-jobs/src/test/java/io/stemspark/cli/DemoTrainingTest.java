package io.stemspark.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.stemspark.Demo;
import io.stemspark.internal.audio.Waveform;
import io.stemspark.metrics.SignalToDistortion;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Learns the demo clips by heart through the command line: a check that the whole chain learns.
 * Takes minutes, so it runs only with {@code -Dacceptance}.
 */
@Tag("acceptance")
class DemoTrainingTest {
  private static final Duration LIMIT = Duration.ofMinutes(10);
  private static final double MIN_GAIN = 5;

  @TempDir Path folder;

  @Test
  void vocalsOfTheTrainedClipsGainFiveDecibels() throws IOException {
    String conf = Demo.FOLDER.resolve("demo.conf").toString();
    String features = folder.resolve("features").toString();
    String bundle = folder.resolve("demo.bundle").toString();
    Path stems = folder.resolve("stems");
    long start = System.nanoTime();

    run("extract", Demo.FOLDER.toString(), features, "--conf", conf);
    assertLossFalls(run("train", features, bundle, "--conf", conf));
    run("separate", Demo.FOLDER.toString(), stems.toString(), "--model", bundle);

    Duration taken = Duration.ofNanos(System.nanoTime() - start);
    for (Path clip : trainedClips()) {
      Waveform truth = Demo.read(clip.resolve("vocals.flac"));
      Waveform mixture = Demo.read(clip.resolve("mixture.flac"));
      Path track = stems.resolve(Demo.FOLDER.relativize(clip));
      double before = sdr(truth, mixture);
      double after = sdr(truth, Demo.read(track.resolve("vocals.wav")));
      System.out.printf(
          "%s: SDR of the mixture %.2f dB, of the vocals %.2f dB%n",
          clip.getFileName(), before, after);
      assertThat(after - before).as("gain of %s in dB", clip).isGreaterThanOrEqualTo(MIN_GAIN);
    }
    System.out.printf("extract, train and separate took %d s%n", taken.toSeconds());
    assertThat(taken).isLessThan(LIMIT);
  }

  private static void assertLossFalls(String printed) {
    List<Double> losses =
        Pattern.compile("epoch \\d+: loss ([0-9.]+)")
            .matcher(printed)
            .results()
            .map(match -> Double.valueOf(match.group(1)))
            .toList();
    assertThat(losses).hasSizeGreaterThan(10);
    assertThat(losses.get(losses.size() - 1)).isLessThan(0.6 * losses.get(0));
  }

  /** Runs a command line and returns what it printed. */
  private static String run(String... arguments) {
    PrintStream out = System.out;
    ByteArrayOutputStream captured = new ByteArrayOutputStream();
    System.setOut(new PrintStream(captured, true, UTF_8));
    try {
      assertThat(Main.run(arguments)).isEqualTo(Main.DONE);
    } finally {
      System.setOut(out);
    }
    String printed = captured.toString(UTF_8);
    System.out.print(printed);
    return printed;
  }

  private static List<Path> trainedClips() throws IOException {
    try (var clips = Files.list(Demo.FOLDER.resolve("train"))) {
      List<Path> sorted = clips.sorted().toList();
      assertThat(sorted).hasSize(4);
      return sorted;
    }
  }

  private static double sdr(Waveform truth, Waveform estimate) {
    SignalToDistortion sdr = new SignalToDistortion();
    for (int c = 0; c < truth.format().channels(); c++) {
      sdr.add(truth.channel(c), estimate.channel(c), truth.length());
    }
    return sdr.decibels();
  }
}
