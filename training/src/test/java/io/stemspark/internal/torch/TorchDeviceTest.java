package io.stemspark.internal.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stemspark.internal.torch.CudaDevices.Assignment;
import io.stemspark.network.UNetConfig;
import io.stemspark.patch.PatchConfig;
import io.stemspark.training.TrainingBackend;
import java.util.List;
import org.bytedeco.pytorch.Device;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

/** Where libtorch computes, and what is said where it cannot. */
class TorchDeviceTest {
  private final TorchDevice processor = TorchDevice.current();

  @AfterEach
  void back() {
    TorchDevice.use(processor);
  }

  /** What is done for a GPU, on the processor: the network has memory of its own. */
  @ParameterizedTest
  @EnumSource(names = {"TORCH", "TORCH_BFLOAT16"})
  void copiesOfParametersTrainAsTheParametersThemselves(TrainingBackend compute) {
    ComputationGraph shared = network(compute);
    TorchDevice.use(new TorchDevice(new Device("cpu"), false));
    ComputationGraph copied = network(compute);
    Nd4j.getRandom().setSeed(3);
    INDArray mixture = Nd4j.rand(DataType.FLOAT, 2, 1, 16, 32).muli(4);
    MultiDataSet batch =
        new MultiDataSet(new INDArray[] {mixture, mixture}, new INDArray[] {mixture.mul(0.5)});
    for (int step = 0; step < 5; step++) {
      shared.fit(batch);
      copied.fit(batch);
    }
    assertThat(copied.params().data().asFloat()).isEqualTo(shared.params().data().asFloat());
    assertThat(copied.output(batch.getFeatures())[0].data().asFloat())
        .isEqualTo(shared.output(batch.getFeatures())[0].data().asFloat());
  }

  private static ComputationGraph network(TrainingBackend compute) {
    return compute.create(
        new UNetConfig(1, 1, List.of(4, 8)), new PatchConfig(16, 32), new Adam(1e-3), 1);
  }

  @Test
  void processorsComputeWhereNobodySaysOtherwise() {
    assertThat(TorchDevice.chosen(Assignment.UNKNOWN, false).sharesMemory()).isTrue();
    assertThat(TorchDevice.chosen(Assignment.UNKNOWN, true).sharesMemory()).isTrue();
    assertThat(TorchDevice.chosen(Assignment.NONE, false).sharesMemory()).isTrue();
  }

  @Test
  void aBuildForProcessorsLeavesNoCardUnused() {
    assertThatThrownBy(() -> TorchDevice.chosen(Assignment.SOME, false))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("libtorch in this build computes on CPUs only")
        .hasMessageContaining("-Pcuda");
    assertThatThrownBy(() -> Nd4jBackend.detect().requireUses(Assignment.SOME))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("would leave the GPU unused");
  }

  @Test
  void aBuildForCardsNeedsOne() {
    assertThatThrownBy(() -> TorchDevice.chosen(Assignment.NONE, true))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("Spark has assigned none to this executor")
        .hasMessageContaining("conf/gpu.conf");
    assertThatThrownBy(() -> TorchDevice.chosen(Assignment.SOME, true))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("sees no NVIDIA GPU")
        .hasMessageContaining("nvidia-smi");
  }
}
