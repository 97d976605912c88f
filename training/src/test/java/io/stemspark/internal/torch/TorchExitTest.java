package io.stemspark.internal.torch;

import static org.assertj.core.api.Assertions.assertThat;

import io.stemspark.network.UNetConfig;
import io.stemspark.patch.PatchConfig;
import io.stemspark.training.TrainingBackend;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

/** A process that is told to end in the middle of a step ends, and does not crash. */
@Tag("integration")
class TorchExitTest {
  private static final String STEPPING = "stepping";
  private static final int TERMINATED = 128 + 15;
  private static final int THREADS = 2;
  private static final int WARM = 3;

  /** Where nobody waits for steps, one process in five crashes. */
  private static final int TIMES = 6;

  @TempDir Path folder;

  @Test
  void aProcessEndsInTheMiddleOfAStep() throws IOException, InterruptedException {
    for (int i = 0; i < TIMES; i++) {
      Process process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-XX:ErrorFile=" + folder.resolve("crash"),
                  "-XX:-CreateCoredumpOnCrash",
                  "-cp",
                  System.getProperty("java.class.path"),
                  TorchExitTest.class.getName())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      try (BufferedReader lines = process.inputReader()) {
        assertThat(lines.lines().anyMatch(STEPPING::equals)).isTrue();
        process.destroy(); // SIGTERM
        assertThat(process.waitFor()).isEqualTo(TERMINATED);
      }
      assertThat(folder.resolve("crash")).doesNotExist();
    }
  }

  /** Threads that step on and on. */
  public static void main(String[] arguments) {
    for (int i = 0; i < THREADS; i++) {
      new Thread(TorchExitTest::step).start();
    }
  }

  private static void step() {
    PatchConfig patch = new PatchConfig(128, 512);
    ComputationGraph network =
        TrainingBackend.TORCH.create(
            new UNetConfig(1, 1, List.of(16, 32)), patch, new Adam(1e-4), 1);
    INDArray mixture = Nd4j.rand(DataType.FLOAT, 4, 1, patch.frames(), patch.bins());
    MultiDataSet batch =
        new MultiDataSet(new INDArray[] {mixture, mixture}, new INDArray[] {mixture.mul(0.5)});
    for (int step = 0; ; step++) {
      network.fit(batch);
      if (step == WARM) {
        System.out.println(STEPPING);
      }
    }
  }
}
