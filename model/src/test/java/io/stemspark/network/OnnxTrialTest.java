package io.stemspark.network;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stemspark.patch.PatchConfig;
import onnx.Onnx.GraphProto;
import onnx.Onnx.ModelProto;
import onnx.Onnx.NodeProto;
import onnx.Onnx.OperatorSetIdProto;
import onnx.Onnx.TensorProto;
import onnx.Onnx.TensorShapeProto;
import onnx.Onnx.TypeProto;
import onnx.Onnx.ValueInfoProto;
import org.junit.jupiter.api.Test;

class OnnxTrialTest {
  private static final PatchConfig PATCH = new PatchConfig(2, 2);
  private static final NetworkSpec SPEC = NetworkSpec.unet(PATCH);

  @Test
  void aSoundNetworkPasses() {
    try (OnnxTrial trial = new OnnxTrial()) {
      assertThatCode(() -> trial.run(model("Identity"), SPEC)).doesNotThrowAnyException();
      assertThatCode(() -> trial.run(model("Sigmoid"), SPEC)).doesNotThrowAnyException();
    }
  }

  @Test
  void whatIsWrongIsSaidAndTheNextIsTried() {
    try (OnnxTrial trial = new OnnxTrial()) {
      assertThatThrownBy(() -> trial.run(model("Log"), SPEC))
          .hasMessageContaining("turns silence into values that are not finite");
      assertThatThrownBy(() -> trial.run(model("NoSuchOperator"), SPEC))
          .hasMessageContaining("ONNX Runtime refuses the model");
      assertThatCode(() -> trial.run(model("Identity"), SPEC)).doesNotThrowAnyException();
    }
  }

  /** One operator from an input to an output of any batch. */
  private static byte[] model(String operator) {
    return ModelProto.newBuilder()
        .setIrVersion(8)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(13))
        .setGraph(
            GraphProto.newBuilder()
                .setName("one")
                .addInput(value("in"))
                .addOutput(value("out"))
                .addNode(
                    NodeProto.newBuilder().setOpType(operator).addInput("in").addOutput("out")))
        .build()
        .toByteArray();
  }

  private static ValueInfoProto value(String name) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    shape.addDimBuilder().setDimParam("batch");
    for (int size : new int[] {1, PATCH.frames(), PATCH.bins()}) {
      shape.addDimBuilder().setDimValue(size);
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder()
                        .setElemType(TensorProto.DataType.FLOAT_VALUE)
                        .setShape(shape)))
        .build();
  }
}
