package io.stemspark.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.stemspark.network.UNetConfig;
import io.stemspark.patch.PatchConfig;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrainingBackendTest {
  private static final List<Integer> STARTER = List.of(16, 32, 48, 64, 96);
  private static final List<Integer> DEFAULT = List.of(64, 128, 256, 512);

  /**
   * Largest resident size of a process that made two steps, less 150 MB that its Java heap took.
   */
  @ParameterizedTest
  @CsvSource({
    "TORCH, false, 1, 583", "TORCH, false, 2, 750",
    "TORCH_BFLOAT16, false, 1, 442", "TORCH_BFLOAT16, false, 2, 539",
    "ND4J, false, 1, 969", "ND4J, false, 2, 1932",
    "TORCH, true, 1, 1789", "TORCH, true, 2, 2619",
  })
  void aWorkerGetsWhatWasMeasuredAndLittleMore(
      TrainingBackend compute, boolean large, int batch, long mebibytes) {
    UNetConfig unet = new UNetConfig(1, 1, large ? DEFAULT : STARTER);
    long bytes = compute.workerBytes(unet, new PatchConfig(128, 1024), batch);
    assertThat(bytes >> 20).isBetween(mebibytes, mebibytes * 7 / 4);
  }
}
