package io.stemspark.internal.onnx;

import io.stemspark.internal.onnx.proto.GraphProto;
import io.stemspark.internal.onnx.proto.ModelProto;
import io.stemspark.internal.onnx.proto.NodeProto;
import io.stemspark.internal.onnx.proto.OperatorSetIdProto;
import io.stemspark.internal.onnx.proto.TensorProto;
import io.stemspark.internal.onnx.proto.TensorShapeProto;
import io.stemspark.internal.onnx.proto.TypeProto;
import io.stemspark.internal.onnx.proto.ValueInfoProto;
import java.util.List;

/** Models of a single operator from an input x to an output y. */
final class OneOperator {
  private OneOperator() {}

  /**
   * An ONNX file's bytes.
   *
   * @param sizes the axes of x and y: a number is a size, and any other text leaves it open
   */
  static byte[] model(NodeProto.Builder operator, List<String> sizes) {
    return model(operator, sizes, TensorProto.DataType.FLOAT);
  }

  /** The same of another type. */
  static byte[] model(NodeProto.Builder operator, List<String> sizes, TensorProto.DataType type) {
    return ModelProto.newBuilder()
        .setIrVersion(8)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(13))
        .setGraph(
            GraphProto.newBuilder()
                .setName("one")
                .addInput(tensor("x", sizes, type))
                .addOutput(tensor("y", sizes, type))
                .addNode(operator.addInput("x").addOutput("y")))
        .build()
        .toByteArray();
  }

  private static ValueInfoProto tensor(String name, List<String> sizes, TensorProto.DataType type) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (String size : sizes) {
      if (size.matches("\\d+")) {
        shape.addDimBuilder().setDimValue(Long.parseLong(size));
      } else {
        shape.addDimBuilder().setDimParam(name + size);
      }
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder().setElemType(type.getNumber()).setShape(shape)))
        .build();
  }
}
