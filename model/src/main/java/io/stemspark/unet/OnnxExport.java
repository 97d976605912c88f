package io.stemspark.unet;

import io.stemspark.patch.PatchConfig;
import java.util.List;
import onnx.Onnx.AttributeProto;
import onnx.Onnx.GraphProto;
import onnx.Onnx.ModelProto;
import onnx.Onnx.NodeProto;
import onnx.Onnx.OperatorSetIdProto;
import onnx.Onnx.TensorProto;
import onnx.Onnx.TensorShapeProto;
import onnx.Onnx.TypeProto;
import onnx.Onnx.ValueInfoProto;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Writes a trained U-Net as an ONNX model for inference: input {@value #INPUT}, the mixture's
 * magnitude, float (patches, 1, frames, bins); output {@value #OUTPUT} of the same shape, from 0 to
 * 1.
 *
 * <p>Batch normalisation is folded into the convolution before it: w' = w * gamma / sqrt(var +
 * eps), b' = beta - mean * gamma / sqrt(var + eps).
 */
public final class OnnxExport {
  public static final String INPUT = "magnitude";
  public static final String OUTPUT = "mask";

  private static final int OPSET = 13;
  private static final int IR_VERSION = 8;

  private final ComputationGraph network;
  private final UNetConfig config;
  private final GraphProto.Builder graph = GraphProto.newBuilder().setName("unet");

  private OnnxExport(ComputationGraph network, UNetConfig config) {
    this.network = network;
    this.config = config;
  }

  /** The bytes of an ONNX model with the weights of {@code network}. */
  public static byte[] export(ComputationGraph network, UNetConfig config, PatchConfig patch) {
    return new OnnxExport(network, config).model(patch).toByteArray();
  }

  private ModelProto model(PatchConfig patch) {
    graph.addInput(value(INPUT, config.inChannels(), patch));
    graph.addOutput(value(OUTPUT, config.outChannels(), patch));
    sigmoidHead(decoder(encoder(logOnePlus(INPUT))));
    return ModelProto.newBuilder()
        .setIrVersion(IR_VERSION)
        .setProducerName("stemspark")
        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(OPSET))
        .setGraph(graph)
        .build();
  }

  private String logOnePlus(String input) {
    String one = initializer("one", new float[] {1}, 1);
    return node("Log", "log", node("Add", "onePlus", input, one));
  }

  private String encoder(String input) {
    String x = input;
    for (int level = 0; level < config.levels(); level++) {
      x = convBlock(UNet.encoder(level), x);
      x =
          node(
              NodeProto.newBuilder()
                  .setOpType("MaxPool")
                  .addAttribute(ints("kernel_shape", 2, 2))
                  .addAttribute(ints("strides", 2, 2)),
              UNet.pool(level),
              x);
    }
    return convBlock(UNet.bottleneck(), x);
  }

  private String decoder(String input) {
    String x = input;
    for (int level = config.levels() - 1; level >= 0; level--) {
      String name = UNet.up(level);
      x =
          node(
              NodeProto.newBuilder()
                  .setOpType("ConvTranspose")
                  .addAttribute(ints("kernel_shape", 2, 2))
                  .addAttribute(ints("strides", 2, 2)),
              name,
              x,
              initializer(name + ".weight", parameter(name, "W")),
              initializer(name + ".bias", vector(name, "b")));
      x =
          node(
              NodeProto.newBuilder().setOpType("Concat").addAttribute(integer("axis", 1)),
              UNet.join(level),
              x,
              UNet.encoderOutput(level));
      x = convBlock(UNet.decoder(level), x);
    }
    return x;
  }

  private String convBlock(String block, String input) {
    String x = input;
    for (int i = 1; i <= 2; i++) {
      String name = UNet.convolution(block, i);
      String norm = UNet.norm(block, i);
      INDArray scale =
          vector(norm, "gamma")
              .div(
                  org.nd4j.linalg.ops.transforms.Transforms.sqrt(
                      vector(norm, "var").add(UNet.BATCH_NORM_EPSILON)));
      INDArray weight = parameter(name, "W");
      INDArray folded = weight.mul(scale.reshape(scale.length(), 1, 1, 1));
      INDArray bias = vector(norm, "beta").sub(vector(norm, "mean").mul(scale));
      x =
          node(
              NodeProto.newBuilder()
                  .setOpType("Conv")
                  .addAttribute(ints("kernel_shape", 3, 3))
                  .addAttribute(ints("pads", 1, 1, 1, 1)),
              name,
              x,
              initializer(name + ".weight", folded),
              initializer(name + ".bias", bias));
      x = node("Relu", UNet.relu(block, i), x);
    }
    return x;
  }

  private void sigmoidHead(String input) {
    String logits =
        node(
            NodeProto.newBuilder().setOpType("Conv").addAttribute(ints("kernel_shape", 1, 1)),
            "logits",
            input,
            initializer("head.weight", parameter(UNet.MASK, "W")),
            initializer("head.bias", vector(UNet.MASK, "b")));
    node("Sigmoid", OUTPUT, logits);
  }

  private INDArray parameter(String layer, String key) {
    return network.getLayer(layer).getParam(key).castTo(DataType.FLOAT);
  }

  private INDArray vector(String layer, String key) {
    INDArray values = parameter(layer, key);
    return values.reshape(values.length());
  }

  private String node(String type, String output, String... inputs) {
    return node(NodeProto.newBuilder().setOpType(type), output, inputs);
  }

  private String node(NodeProto.Builder node, String output, String... inputs) {
    graph.addNode(node.setName(output).addAllInput(List.of(inputs)).addOutput(output));
    return output;
  }

  private String initializer(String name, INDArray values) {
    return initializer(name, values.dup('c').data().asFloat(), values.shape());
  }

  private String initializer(String name, float[] values, long... shape) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder().setName(name).setDataType(TensorProto.DataType.FLOAT_VALUE);
    for (long side : shape) {
      tensor.addDims(side);
    }
    for (float value : values) {
      tensor.addFloatData(value);
    }
    graph.addInitializer(tensor);
    return name;
  }

  private static AttributeProto integer(String name, long value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.INT)
        .setI(value)
        .build();
  }

  private static AttributeProto ints(String name, long... values) {
    AttributeProto.Builder attribute =
        AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.INTS);
    for (long value : values) {
      attribute.addInts(value);
    }
    return attribute.build();
  }

  private static ValueInfoProto value(String name, int channels, PatchConfig patch) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    shape.addDimBuilder().setDimParam("patches");
    shape.addDimBuilder().setDimValue(channels);
    shape.addDimBuilder().setDimValue(patch.frames());
    shape.addDimBuilder().setDimValue(patch.bins());
    TypeProto.Tensor.Builder tensor =
        TypeProto.Tensor.newBuilder().setElemType(TensorProto.DataType.FLOAT_VALUE).setShape(shape);
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder().setTensorType(tensor))
        .build();
  }
}
