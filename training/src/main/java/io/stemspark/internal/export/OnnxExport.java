package io.stemspark.internal.export;

import io.stemspark.internal.export.UNetParameters.Kind;
import io.stemspark.internal.onnx.proto.AttributeProto;
import io.stemspark.network.UNetConfig;
import io.stemspark.network.UNetConfig.Fold;
import io.stemspark.patch.PatchConfig;
import io.stemspark.unet.UNet;
import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * Writes a trained U-Net as an ONNX model for inference: input {@value #INPUT}, the mixture's
 * magnitude, float (patches, channels, frames, bins); output {@value #OUTPUT} of the same shape,
 * from 0 to 1.
 *
 * <p>Batch normalisation is folded into the convolution before it: w' = w * gamma / sqrt(var +
 * eps), b' = beta - mean * gamma / sqrt(var + eps).
 */
public class OnnxExport implements UNet.Layers<String> {
  public static final String INPUT = "magnitude";
  public static final String OUTPUT = "mask";

  private static final List<AttributeProto> TWO_BY_TWO =
      List.of(OnnxGraph.integers("kernel_shape", 2, 2), OnnxGraph.integers("strides", 2, 2));

  /** (n, c, h, f, w, b) to (n, c, f, b, h, w). */
  private static final List<AttributeProto> TO_CHANNELS =
      List.of(OnnxGraph.integers("perm", 0, 1, 3, 5, 2, 4));

  /** (n, c, f, b, h, w) to (n, c, h, f, w, b). */
  private static final List<AttributeProto> FROM_CHANNELS =
      List.of(OnnxGraph.integers("perm", 0, 1, 4, 2, 5, 3));

  final OnnxGraph graph = new OnnxGraph();
  private final INDArray weights;
  private final UNetParameters parameters;
  private final UNetConfig config;
  private final PatchConfig patch;

  OnnxExport(ComputationGraph network, UNetConfig config, PatchConfig patch) {
    this.weights = network.params();
    this.parameters = new UNetParameters(config);
    this.config = config;
    this.patch = patch;
  }

  /** The bytes of an ONNX model with the weights of {@code network}. */
  public static byte[] export(ComputationGraph network, UNetConfig config, PatchConfig patch) {
    return new OnnxExport(network, config, patch).model();
  }

  /**
   * The same in 8-bit arithmetic, except for the first convolution and the head.
   *
   * @param ranges of the activations of the model that {@link #export} writes, on real patches
   */
  public static byte[] exportInt8(
      ComputationGraph network, UNetConfig config, PatchConfig patch, ActivationRanges ranges) {
    return new QdqInt8Export(network, config, patch, ranges).model();
  }

  final byte[] model() {
    graph.input(INPUT, 0, config.inChannels(), patch.frames(), patch.bins());
    graph.output(OUTPUT, 0, config.outChannels(), patch.frames(), patch.bins());
    UNet.forward(config, this, logOnePlus(INPUT));
    return graph.toByteArray();
  }

  private String logOnePlus(String input) {
    String one = graph.floats("one", new float[] {1}, 1);
    return graph.node("Log", "log", graph.node("Add", "onePlus", input, one));
  }

  @Override
  public final String fold(String name, String x, Fold fold) {
    long f = fold.frames();
    long b = fold.bins();
    long c = config.inChannels();
    String split =
        graph.reshape(name + ".split", x, 0, c, patch.frames() / f, f, patch.bins() / b, b);
    String moved = graph.node("Transpose", name + ".moved", TO_CHANNELS, split);
    return graph.reshape(name, moved, 0, c * f * b, patch.frames() / f, patch.bins() / b);
  }

  @Override
  public final String unfold(String name, String x, Fold fold) {
    long f = fold.frames();
    long b = fold.bins();
    long c = config.outChannels();
    String split =
        graph.reshape(name + ".split", x, 0, c, f, b, patch.frames() / f, patch.bins() / b);
    String moved = graph.node("Transpose", name + ".moved", FROM_CHANNELS, split);
    return graph.reshape(OUTPUT, moved, 0, c, patch.frames(), patch.bins());
  }

  /** A convolution with the normalisation behind it folded in. */
  @Override
  public final String convolution(String name, String x, int in, int out) {
    String norm = name.replace(".conv", ".norm");
    INDArray scale =
        parameter(norm, Kind.GAMMA)
            .div(Transforms.sqrt(parameter(norm, Kind.VARIANCE).add(UNet.BATCH_NORM_EPSILON)));
    INDArray weight = parameter(name, Kind.WEIGHT).mul(scale.reshape(scale.length(), 1, 1, 1));
    INDArray bias = parameter(norm, Kind.BETA).sub(parameter(norm, Kind.MEAN).mul(scale));
    return convolution(
        name, x, weight.dup('c').data().asFloat(), weight.shape(), bias.dup('c').data().asFloat());
  }

  /**
   * A 3x3 convolution with "same" padding.
   *
   * @param weight (out, in, 3, 3)
   * @return the name of its output
   */
  String convolution(String name, String x, float[] weight, long[] shape, float[] bias) {
    String weights = graph.floats(name + ".weight", weight, shape);
    return convolution(name, x, weights, graph.floats(name + ".bias", bias, bias.length));
  }

  final String convolution(String name, String x, String weight, String bias) {
    return graph.node(
        "Conv",
        name,
        List.of(OnnxGraph.integers("kernel_shape", 3, 3), OnnxGraph.integers("pads", 1, 1, 1, 1)),
        x,
        weight,
        bias);
  }

  /** The tensor that the following layers read for an activation. */
  String activation(String tensor) {
    return tensor;
  }

  /** The same for maxima of {@code before}, which are values of it. */
  String afterPool(String tensor, String before) {
    return tensor;
  }

  @Override
  public final String batchNorm(String name, String x, int features) {
    return x; // folded into the convolution
  }

  @Override
  public final String relu(String name, String x) {
    return activation(graph.node("Relu", name, x));
  }

  @Override
  public final String maxPool(String name, String x) {
    return afterPool(graph.node("MaxPool", name, TWO_BY_TWO, x), x);
  }

  @Override
  public final String upConvolution(String name, String x, int in, int out) {
    return activation(
        graph.node(
            "ConvTranspose",
            name,
            TWO_BY_TWO,
            x,
            initializer(name + ".weight", parameter(name, Kind.WEIGHT)),
            initializer(name + ".bias", parameter(name, Kind.BIAS))));
  }

  @Override
  public final String concatenate(String name, String x, String skip) {
    return activation(graph.node("Concat", name, List.of(OnnxGraph.integer("axis", 1)), x, skip));
  }

  @Override
  public final String mask(String name, String x, int in, int out) {
    String logits =
        graph.node(
            "Conv",
            "logits",
            List.of(OnnxGraph.integers("kernel_shape", 1, 1)),
            x,
            initializer("head.weight", parameter(name, Kind.WEIGHT)),
            initializer("head.bias", parameter(name, Kind.BIAS)));
    return graph.node("Sigmoid", config.fold().size() > 1 ? name + ".folded" : OUTPUT, logits);
  }

  private INDArray parameter(String layer, Kind kind) {
    return parameters.get(layer, kind).of(weights).castTo(DataType.FLOAT);
  }

  private String initializer(String name, INDArray values) {
    return graph.floats(name, values.dup('c').data().asFloat(), values.shape());
  }
}
