package io.stemspark.internal.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import io.stemspark.internal.onnx.proto.NodeProto;
import io.stemspark.internal.onnx.proto.TensorProto;
import io.stemspark.network.NetworkSpec;
import io.stemspark.patch.PatchConfig;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Networks that were converted to half precision with their inputs and outputs. */
class HalfPrecisionTest {
  @Test
  void tensorsMayBeHalfFloats() {
    byte[] model =
        OneOperator.model(
            NodeProto.newBuilder().setOpType("Neg"),
            List.of("batch", "1", "2", "2"),
            TensorProto.DataType.FLOAT16);
    NetworkSpec.Patches spec = NetworkSpec.Patches.unet(new PatchConfig(2, 2));
    float[] output = new float[8];
    try (OnnxNetwork network = OnnxNetwork.onCpu(model, spec, 1)) {
      network.run(new float[] {1, 1 / 3f, 65504, -2, 0.5f, 0, 1e-7f, 1e6f}, 2, output);
    }
    // 1/3 to 11 bits, the least above zero, and what half floats cannot hold.
    assertThat(output)
        .containsExactly(
            -1, -1365 / 4096f, -65504, 2, -0.5f, -0f, -0x1p-23f, Float.NEGATIVE_INFINITY);
  }
}
