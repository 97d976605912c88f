package io.stemspark.unet;

import static org.assertj.core.api.Assertions.assertThat;

import io.stemspark.patch.PatchConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

/** Ten thousand steps in libtorch: the second half takes no more memory than the first. */
@Tag("acceptance")
class TorchMemoryTest {
  private static final int STEPS = 10_000;
  private static final int SAMPLE = 1000;

  @ParameterizedTest
  @EnumSource(names = {"TORCH", "TORCH_BFLOAT16"})
  void memoryIsFlat(Compute compute) throws IOException {
    UNetConfig unet = new UNetConfig(1, 1, List.of(8, 16, 32, 64));
    ComputationGraph network = compute.create(unet, new PatchConfig(16, 64), new Adam(1e-4), 1);
    INDArray mixture = Nd4j.rand(DataType.FLOAT, 4, 1, 16, 64);
    MultiDataSet batch =
        new MultiDataSet(new INDArray[] {mixture, mixture}, new INDArray[] {mixture.mul(0.5)});
    long early = 0;
    for (int step = 1; step <= STEPS; step++) {
      network.fit(batch);
      if (step % SAMPLE == 0) {
        long now = residentKib();
        System.out.printf("%s, step %d: %d KiB resident%n", compute, step, now);
        early = step == STEPS / 2 ? now : early;
      }
    }
    // A leak of one tensor of the smallest level a step would be 40 MB.
    assertThat(residentKib() - early).isLessThan(16 * 1024);
  }

  private static long residentKib() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D+", "")))
        .findFirst()
        .orElseThrow();
  }
}
