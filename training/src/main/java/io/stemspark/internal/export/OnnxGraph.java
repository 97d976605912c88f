package io.stemspark.internal.export;

import com.google.protobuf.ByteString;
import io.stemspark.internal.onnx.proto.AttributeProto;
import io.stemspark.internal.onnx.proto.GraphProto;
import io.stemspark.internal.onnx.proto.ModelProto;
import io.stemspark.internal.onnx.proto.NodeProto;
import io.stemspark.internal.onnx.proto.OperatorSetIdProto;
import io.stemspark.internal.onnx.proto.TensorProto;
import io.stemspark.internal.onnx.proto.TensorShapeProto;
import io.stemspark.internal.onnx.proto.TypeProto;
import io.stemspark.internal.onnx.proto.ValueInfoProto;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.stream.LongStream;

/** Builds an ONNX graph. A node has the name of its one output. */
final class OnnxGraph {
  private static final int OPSET = 13;
  private static final int IR_VERSION = 8;

  private final GraphProto.Builder graph = GraphProto.newBuilder().setName("unet");

  /** The bytes of the model's file. */
  byte[] toByteArray() {
    return ModelProto.newBuilder()
        .setIrVersion(IR_VERSION)
        .setProducerName("stemspark")
        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(OPSET))
        .setGraph(graph)
        .build()
        .toByteArray();
  }

  /**
   * A tensor of floats that enters the graph.
   *
   * @param shape 0 for a side of any size
   */
  void input(String name, long... shape) {
    graph.addInput(value(name, shape));
  }

  /** A tensor of floats that leaves the graph. */
  void output(String name, long... shape) {
    graph.addOutput(value(name, shape));
  }

  String node(String type, String output, List<AttributeProto> attributes, String... inputs) {
    graph.addNode(
        NodeProto.newBuilder()
            .setOpType(type)
            .setName(output)
            .addAllAttribute(attributes)
            .addAllInput(List.of(inputs))
            .addOutput(output));
    return output;
  }

  String node(String type, String output, String... inputs) {
    return node(type, output, List.of(), inputs);
  }

  /**
   * The same values in another shape.
   *
   * @param shape 0 for a side that stays
   */
  String reshape(String output, String x, long... shape) {
    return node("Reshape", output, x, int64s(output + ".shape", shape));
  }

  private String int64s(String name, long... values) {
    ByteBuffer raw = littleEndian(Long.BYTES * values.length);
    raw.asLongBuffer().put(values);
    return initializer(name, TensorProto.DataType.INT64_VALUE, raw, values.length);
  }

  String floats(String name, float[] values, long... shape) {
    ByteBuffer raw = littleEndian(Float.BYTES * values.length);
    raw.asFloatBuffer().put(values);
    return initializer(name, TensorProto.DataType.FLOAT_VALUE, raw, shape);
  }

  String int32s(String name, int[] values, long... shape) {
    ByteBuffer raw = littleEndian(Integer.BYTES * values.length);
    raw.asIntBuffer().put(values);
    return initializer(name, TensorProto.DataType.INT32_VALUE, raw, shape);
  }

  String int8s(String name, byte[] values, long... shape) {
    return initializer(name, TensorProto.DataType.INT8_VALUE, ByteBuffer.wrap(values), shape);
  }

  String uint8(String name, int value) {
    ByteBuffer raw = ByteBuffer.wrap(new byte[] {(byte) value});
    return initializer(name, TensorProto.DataType.UINT8_VALUE, raw);
  }

  private String initializer(String name, int type, ByteBuffer raw, long... shape) {
    graph.addInitializer(
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(type)
            .setRawData(ByteString.copyFrom(raw))
            .addAllDims(list(shape)));
    return name;
  }

  private static ByteBuffer littleEndian(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  static AttributeProto integer(String name, long value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.INT)
        .setI(value)
        .build();
  }

  static AttributeProto integers(String name, long... values) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.INTS)
        .addAllInts(list(values))
        .build();
  }

  private static List<Long> list(long... values) {
    return LongStream.of(values).boxed().toList();
  }

  private static ValueInfoProto value(String name, long... sides) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (long side : sides) {
      if (side == 0) {
        shape.addDimBuilder().setDimParam("patches");
      } else {
        shape.addDimBuilder().setDimValue(side);
      }
    }
    TypeProto.Tensor.Builder tensor =
        TypeProto.Tensor.newBuilder().setElemType(TensorProto.DataType.FLOAT_VALUE).setShape(shape);
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder().setTensorType(tensor))
        .build();
  }
}
