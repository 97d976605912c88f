package io.stemspark.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.stemspark.Demo;
import io.stemspark.internal.export.UNetParameters;
import io.stemspark.network.UNetConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Training with Deeplearning4j on Spark has been known to grow with every averaging. The network
 * has many parameters and its patches are small, so that a copy that stays would soon be seen.
 */
@Tag("acceptance")
class TrainingMemoryTest {
  private static final int ROUNDS = 320;
  private static final int ROUNDS_PER_EPOCH = 16;
  private static final UNetConfig UNET = new UNetConfig(1, 1, List.of(16, 32, 64, 128));
  private static final long PARAMETER_KIB = new UNetParameters(UNET).length() * Float.BYTES / 1024;
  private static final List<String> SMALL =
      List.of(
          "stemspark.stft.fft-size=1024",
          "stemspark.stft.hop-length=256",
          "stemspark.patch.frames=16",
          "stemspark.patch.bins=256",
          "stemspark.unet.features=" + UNET.features(),
          "stemspark.training.epochs=" + ROUNDS / ROUNDS_PER_EPOCH,
          "stemspark.training.patches-per-epoch=" + 2 * 2 * ROUNDS_PER_EPOCH,
          "stemspark.training.workers=2",
          "stemspark.training.batch-size=2",
          "stemspark.training.averaging-period=1",
          "stemspark.training.last-averaging-period=1");

  @TempDir Path folder;

  @Test
  void residentMemoryIsFlatOverAveragings() throws IOException, InterruptedException {
    String features = folder.resolve("features").toString();
    List<String> extract = new ArrayList<>(List.of("extract", Demo.FOLDER.toString(), features));
    SMALL.forEach(setting -> extract.addAll(List.of("--set", setting)));
    Run.requireDone(folder.resolve("extract.log"), extract);

    Path bundle = folder.resolve("model.bundle");
    List<String> train = new ArrayList<>(List.of("train", features, bundle.toString()));
    SMALL.forEach(setting -> train.addAll(List.of("--set", setting)));
    // Executors' heaps are as large from the start as they can get: what grows is outside of them.
    train.addAll(
        Run.twoExecutors("spark.executor.extraJavaOptions=\"-Xms1g -XX:+AlwaysPreTouch\""));
    Map<Long, List<Long>> series = new LinkedHashMap<>();
    try (Run run = Run.start(folder.resolve("train.log"), train)) {
      run.until(() -> Files.exists(Path.of(bundle + ".checkpoints")));
      while (run.goesOn()) {
        run.resident()
            .forEach(
                (pid, size) -> series.computeIfAbsent(pid, key -> new ArrayList<>()).add(size));
        TimeUnit.MILLISECONDS.sleep(500);
      }
      assertThat(run.await()).as(run.text()).isZero();
    }
    write(series);
    List<List<Long>> processes = series.values().stream().filter(s -> s.size() > 40).toList();
    assertThat(processes).as("driver and two executors").hasSize(3);
    // Half of all rounds lie between, and none may leave more than a quarter of the parameters.
    long most = ROUNDS / 2 * PARAMETER_KIB / 4;
    for (List<Long> sizes : processes) {
      long early = median(sizes.subList(sizes.size() / 4, sizes.size() / 2));
      long late = median(sizes.subList(3 * sizes.size() / 4, sizes.size()));
      System.out.printf("%d KiB, half of the rounds later %d%n", early, late);
      assertThat(late).as("KiB: %s", sizes).isLessThan(early + most);
    }
  }

  private static long median(List<Long> values) {
    return values.stream().sorted().toList().get(values.size() / 2);
  }

  /** A line for each process, for people to look at. */
  private static void write(Map<Long, List<Long>> series) throws IOException {
    List<String> lines =
        series.entrySet().stream()
            .map(entry -> "%d: %s".formatted(entry.getKey(), entry.getValue()))
            .toList();
    Path file = Path.of("target", "training-memory-kib.txt");
    Files.write(file, lines);
    System.out.println("resident memory of driver and executors: " + file.toAbsolutePath());
  }
}
