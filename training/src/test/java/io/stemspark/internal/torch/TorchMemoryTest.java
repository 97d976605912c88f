package io.stemspark.internal.torch;

import static org.assertj.core.api.Assertions.assertThat;

import io.stemspark.network.UNetConfig;
import io.stemspark.patch.PatchConfig;
import io.stemspark.training.TrainingBackend;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

/** Ten thousand steps in libtorch end with the memory that the first two thousand took. */
@Tag("acceptance")
class TorchMemoryTest {
  private static final int STEPS = 10_000;
  private static final int SAMPLE = 1000;

  /** A leak of a byte for each element of a batch would be 32 MB. */
  private static final long TOLERANCE_KIB = 16 * 1024;

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource(names = {"TORCH", "TORCH_BFLOAT16"})
  void memoryIsFlat(TrainingBackend compute) throws IOException, InterruptedException {
    Path log = folder.resolve("log");
    // Java's heap is as large from the start as it can get, so that what grows is libtorch's.
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xms256m",
                "-Xmx256m",
                "-XX:+AlwaysPreTouch",
                "-Dorg.bytedeco.javacpp.maxphysicalbytes=0",
                "-cp",
                System.getProperty("java.class.path"),
                TorchMemoryTest.class.getName(),
                compute.name())
            .redirectOutput(log.toFile())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(process.waitFor()).isZero();
    List<Long> resident =
        Files.readAllLines(log).stream()
            .filter(line -> line.startsWith("resident "))
            .map(line -> Long.parseLong(line.substring("resident ".length())))
            .toList();
    System.out.printf("%s, KiB after each thousand steps: %s%n", compute, resident);
    assertThat(resident).hasSize(STEPS / SAMPLE);
    assertThat(resident.get(resident.size() - 1) - resident.get(1)).isLessThan(TOLERANCE_KIB);
  }

  /** Takes the name of an engine. */
  public static void main(String[] arguments) throws IOException {
    ComputationGraph network =
        TrainingBackend.valueOf(arguments[0])
            .create(
                new UNetConfig(1, 1, List.of(8, 16, 32, 64)),
                new PatchConfig(16, 64),
                new Adam(1e-4),
                1);
    INDArray mixture = Nd4j.rand(DataType.FLOAT, 4, 1, 16, 64);
    MultiDataSet batch =
        new MultiDataSet(new INDArray[] {mixture, mixture}, new INDArray[] {mixture.mul(0.5)});
    for (int step = 1; step <= STEPS; step++) {
      network.fit(batch);
      if (step % SAMPLE == 0) {
        System.out.println("resident " + residentKib());
      }
    }
  }

  private static long residentKib() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D+", "")))
        .findFirst()
        .orElseThrow();
  }
}
