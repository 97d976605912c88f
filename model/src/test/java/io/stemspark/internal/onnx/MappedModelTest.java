package io.stemspark.internal.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.google.protobuf.ByteString;
import io.stemspark.internal.onnx.proto.GraphProto;
import io.stemspark.internal.onnx.proto.ModelProto;
import io.stemspark.internal.onnx.proto.NodeProto;
import io.stemspark.internal.onnx.proto.OperatorSetIdProto;
import io.stemspark.internal.onnx.proto.TensorProto;
import io.stemspark.internal.onnx.proto.TensorShapeProto;
import io.stemspark.internal.onnx.proto.TypeProto;
import io.stemspark.internal.onnx.proto.ValueInfoProto;
import io.stemspark.internal.process.ProcessFolder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class MappedModelTest {
  private static final int ROWS = 4096;
  private static final int COLUMNS = 4200;

  @Test
  void aLargeModelComputesTheSameAndLeavesNoFiles() throws OrtException, IOException {
    byte[] model = product();
    assertThat(model.length).isGreaterThan(MappedModel.LARGE);
    OrtEnvironment environment = OnnxNetwork.environment();
    float[] input = new float[ROWS];
    Random random = new Random(2);
    for (int i = 0; i < ROWS; i++) {
      input[i] = random.nextFloat();
    }
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions();
        OrtSession copied = environment.createSession(model, options);
        OrtSession mapped = MappedModel.load(environment, model, options)) {
      assertThat(run(environment, mapped, input)).isEqualTo(run(environment, copied, input));
    }
    try (Stream<Path> left = Files.list(ProcessFolder.get())) {
      assertThat(left.map(path -> path.getFileName().toString()))
          .noneMatch(name -> name.startsWith("network-"));
    }
  }

  private static float[][] run(OrtEnvironment environment, OrtSession session, float[] input)
      throws OrtException {
    try (OnnxTensor x =
            OnnxTensor.createTensor(environment, FloatBuffer.wrap(input), new long[] {1, ROWS});
        OrtSession.Result result = session.run(Map.of("x", x))) {
      return (float[][]) result.get(0).getValue();
    }
  }

  /** A vector times a matrix. */
  private static byte[] product() {
    ByteBuffer weights =
        ByteBuffer.allocate(ROWS * COLUMNS * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    Random random = new Random(1);
    while (weights.hasRemaining()) {
      weights.putFloat(random.nextFloat() - 0.5f);
    }
    GraphProto graph =
        GraphProto.newBuilder()
            .setName("product")
            .addNode(
                NodeProto.newBuilder()
                    .setOpType("MatMul")
                    .addInput("x")
                    .addInput("w")
                    .addOutput("y"))
            .addInitializer(
                TensorProto.newBuilder()
                    .setName("w")
                    .addDims(ROWS)
                    .addDims(COLUMNS)
                    .setDataType(TensorProto.DataType.FLOAT_VALUE)
                    .setRawData(ByteString.copyFrom(weights.flip())))
            .addInput(row("x", ROWS))
            .addOutput(row("y", COLUMNS))
            .build();
    return ModelProto.newBuilder()
        .setIrVersion(8)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(17))
        .setGraph(graph)
        .build()
        .toByteArray();
  }

  private static ValueInfoProto row(String name, int length) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (int size : new int[] {1, length}) {
      shape.addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(size));
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
