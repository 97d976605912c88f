package io.stemspark.network;

import java.util.List;
import onnx.Onnx.GraphProto;
import onnx.Onnx.ModelProto;
import onnx.Onnx.NodeProto;
import onnx.Onnx.OperatorSetIdProto;
import onnx.Onnx.TensorProto;
import onnx.Onnx.TensorShapeProto;
import onnx.Onnx.TypeProto;
import onnx.Onnx.ValueInfoProto;

/** Models of a single operator from an input x to an output y. */
final class OneOperator {
  private OneOperator() {}

  /**
   * An ONNX file's bytes.
   *
   * @param sizes the axes of x and y: a number is a size, and any other text leaves it open
   */
  static byte[] model(NodeProto.Builder operator, List<String> sizes) {
    return ModelProto.newBuilder()
        .setIrVersion(8)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(13))
        .setGraph(
            GraphProto.newBuilder()
                .setName("one")
                .addInput(tensor("x", sizes))
                .addOutput(tensor("y", sizes))
                .addNode(operator.addInput("x").addOutput("y")))
        .build()
        .toByteArray();
  }

  private static ValueInfoProto tensor(String name, List<String> sizes) {
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
                    TypeProto.Tensor.newBuilder()
                        .setElemType(TensorProto.DataType.FLOAT_VALUE)
                        .setShape(shape)))
        .build();
  }
}
