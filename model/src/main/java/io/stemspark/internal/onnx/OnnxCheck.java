package io.stemspark.internal.onnx;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.google.protobuf.InvalidProtocolBufferException;
import io.stemspark.internal.onnx.proto.AttributeProto;
import io.stemspark.internal.onnx.proto.GraphProto;
import io.stemspark.internal.onnx.proto.ModelProto;
import io.stemspark.internal.onnx.proto.NodeProto;
import io.stemspark.internal.onnx.proto.OperatorSetIdProto;
import io.stemspark.internal.onnx.proto.TensorProto;
import io.stemspark.internal.text.SafeText;
import io.stemspark.network.NetworkSpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Checks a model of unknown origin before it is run. It must be a plain graph of known operators,
 * with all its weights inside and none of them NaN.
 */
public final class OnnxCheck {
  private static final Set<String> DOMAINS = Set.of("", "ai.onnx", "com.microsoft");
  private static final int MIN_OPSET = 7;

  /** The newest that this ONNX Runtime, 1.23, knows. */
  private static final int MAX_OPSET = 23;

  /** ONNX Runtime takes any file with these bytes 4 to 7 for one of its own format. */
  private static final String RUNTIME_FORMAT = "ORTM";

  private static final float BATCH_TOLERANCE = 1e-3f;
  private static final int HALF_EXPONENT = 0x7c00;
  private static final int HALF_FRACTION = 0x03ff;

  private OnnxCheck() {}

  /**
   * Checks a model's file, without running it.
   *
   * @throws IllegalArgumentException that says what is wrong
   */
  public static void requireSafe(byte[] model) {
    safeGraph(model);
  }

  private static GraphProto safeGraph(byte[] model) {
    if (model.length >= 8 && new String(model, 4, 4, US_ASCII).equals(RUNTIME_FORMAT)) {
      throw new IllegalArgumentException(
          "The model is in ONNX Runtime's own format. Expected ONNX.");
    }
    ModelProto proto;
    try {
      proto = ModelProto.parseFrom(model);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException("The file is not an ONNX model: " + e.getMessage(), e);
    }
    if (proto.getGraph().getNodeCount() == 0) {
      throw new IllegalArgumentException("The file is not an ONNX model: it has no operators.");
    }
    for (OperatorSetIdProto set : proto.getOpsetImportList()) {
      boolean known = set.getVersion() >= MIN_OPSET && set.getVersion() <= MAX_OPSET;
      boolean own = set.getDomain().isEmpty() || set.getDomain().equals("ai.onnx");
      if (own && !known) {
        throw new IllegalArgumentException(
            "The model's operator set is %d. Expected %d to %d."
                .formatted(set.getVersion(), MIN_OPSET, MAX_OPSET));
      }
    }
    if (proto.getFunctionsCount() > 0) {
      throw new IllegalArgumentException("The model defines functions. Expected a plain graph.");
    }
    requireSafe(proto.getGraph());
    return proto.getGraph();
  }

  /**
   * The shape of a model's input as its file says, -1 for sizes that are open.
   *
   * @return empty when it has no shape
   * @throws IllegalArgumentException that says what is wrong with the model
   */
  static long[] inputShape(byte[] model) {
    GraphProto graph = safeGraph(model);
    // Older files list their weights among the inputs.
    Set<String> weights = new HashSet<>();
    graph.getInitializerList().forEach(tensor -> weights.add(tensor.getName()));
    return graph.getInputList().stream()
        .filter(input -> !weights.contains(input.getName()))
        .findFirst()
        .map(input -> input.getType().getTensorType().getShape().getDimList().stream())
        .orElse(Stream.of())
        .mapToLong(size -> size.hasDimValue() ? size.getDimValue() : -1)
        .toArray();
  }

  private static void requireSafe(GraphProto graph) {
    for (NodeProto node : graph.getNodeList()) {
      requireKnown(node.getDomain());
      for (AttributeProto attribute : node.getAttributeList()) {
        if (attribute.hasSparseTensor() || attribute.getSparseTensorsCount() > 0) {
          throw new IllegalArgumentException(
              "The operator %s holds a sparse tensor. Expected dense ones."
                  .formatted(SafeText.quoted(node.getOpType())));
        }
        if (attribute.hasG() || attribute.getGraphsCount() > 0) {
          throw new IllegalArgumentException(
              "The operator %s holds a graph of its own. Expected a plain graph."
                  .formatted(SafeText.quoted(node.getOpType())));
        }
        if (attribute.hasT()) {
          requireSafe(attribute.getT());
        }
        attribute.getTensorsList().forEach(OnnxCheck::requireSafe);
      }
    }
    graph.getInitializerList().forEach(OnnxCheck::requireSafe);
    if (graph.getSparseInitializerCount() > 0) {
      throw new IllegalArgumentException("The model has sparse weights. Expected dense ones.");
    }
  }

  private static void requireKnown(String domain) {
    if (!DOMAINS.contains(domain)) {
      throw new IllegalArgumentException(
          "The model has operators of the domain %s. Known are those of ONNX and com.microsoft."
              .formatted(SafeText.quoted(domain)));
    }
  }

  private static void requireSafe(TensorProto tensor) {
    if (tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL
        || tensor.getExternalDataCount() > 0) {
      throw new IllegalArgumentException(
          "The weights %s are in another file. Expected a model with all its weights inside."
              .formatted(SafeText.quoted(tensor.getName())));
    }
    if (holdsNaN(tensor)) {
      throw new IllegalArgumentException(
          "The weights %s hold a value that is NaN.".formatted(SafeText.quoted(tensor.getName())));
    }
  }

  private static boolean holdsNaN(TensorProto tensor) {
    ByteBuffer raw =
        tensor.getRawData().asReadOnlyByteBuffer().slice().order(ByteOrder.LITTLE_ENDIAN);
    return switch (tensor.getDataType()) {
      case TensorProto.DataType.FLOAT_VALUE ->
          tensor.getFloatDataList().stream().anyMatch(value -> Float.isNaN(value))
              || holdsNaN(raw.asFloatBuffer());
      case TensorProto.DataType.DOUBLE_VALUE ->
          tensor.getDoubleDataList().stream().anyMatch(value -> Double.isNaN(value))
              || any(raw, Double.BYTES, at -> Double.isNaN(raw.getDouble(at)));
      case TensorProto.DataType.FLOAT16_VALUE ->
          any(raw, Short.BYTES, at -> isHalfNaN(raw.getShort(at)))
              || tensor.getInt32DataList().stream().anyMatch(OnnxCheck::isHalfNaN);
      case TensorProto.DataType.BFLOAT16_VALUE ->
          any(raw, Short.BYTES, at -> isBrainNaN(raw.getShort(at)))
              || tensor.getInt32DataList().stream().anyMatch(OnnxCheck::isBrainNaN);
      default -> false;
    };
  }

  /** Most weights are floats: a plain loop over them is quick before Java has compiled much. */
  private static boolean holdsNaN(FloatBuffer values) {
    while (values.hasRemaining()) {
      if (Float.isNaN(values.get())) {
        return true;
      }
    }
    return false;
  }

  /** Whether any element of {@code bytes} bytes is NaN. */
  private static boolean any(ByteBuffer raw, int bytes, IntPredicate isNaN) {
    return IntStream.range(0, raw.limit() / bytes).anyMatch(i -> isNaN.test(i * bytes));
  }

  private static boolean isHalfNaN(int bits) {
    return (bits & HALF_EXPONENT) == HALF_EXPONENT && (bits & HALF_FRACTION) != 0;
  }

  /** A bfloat16 is the upper half of a float. */
  private static boolean isBrainNaN(int bits) {
    return Float.isNaN(Float.intBitsToFloat(bits << 16));
  }

  /**
   * Runs a network on noise and on silence, together and one by one.
   *
   * @throws IllegalArgumentException when it does not run, gives values that are not finite, or
   *     gives other values for a batch than for its patches
   */
  public static void requireRuns(Network network, NetworkSpec spec) {
    int size = spec.inputSize();
    float[] noiseAndSilence = new float[2 * size];
    Random random = new Random(1);
    for (int i = 0; i < size; i++) {
      float value = (float) (random.nextGaussian() * spec.inputScale());
      noiseAndSilence[i] = spec.input() == NetworkSpec.Input.MAGNITUDE ? Math.abs(value) : value;
    }
    float[] alone = new float[spec.outputSize()];
    float[] together = new float[2 * alone.length];
    try {
      network.run(noiseAndSilence, 1, alone);
      network.run(noiseAndSilence, 2, together);
    } catch (IllegalStateException e) {
      throw new IllegalArgumentException("The model does not run: " + e.getMessage(), e);
    }
    float scale = (float) spec.outputScale();
    for (int i = 0; i < together.length; i++) {
      if (!Float.isFinite(together[i] * scale)) {
        throw new IllegalArgumentException(
            "The model turns %s into values that are not finite."
                .formatted(i < alone.length ? "noise" : "silence"));
      }
    }
    for (int i = 0; i < alone.length; i++) {
      // Written so that a value that is NaN fails.
      if (!(Math.abs(alone[i] - together[i]) <= BATCH_TOLERANCE * (1 + Math.abs(alone[i])))) {
        throw new IllegalArgumentException(
            "The model's patches depend on each other within a batch.");
      }
    }
  }
}
