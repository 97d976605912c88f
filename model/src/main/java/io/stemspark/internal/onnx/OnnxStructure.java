package io.stemspark.internal.onnx;

import io.stemspark.internal.onnx.proto.AttributeProto;
import io.stemspark.internal.onnx.proto.FunctionProto;
import io.stemspark.internal.onnx.proto.GraphProto;
import io.stemspark.internal.onnx.proto.ModelProto;
import io.stemspark.internal.onnx.proto.NodeProto;
import io.stemspark.internal.onnx.proto.TensorProto;
import io.stemspark.internal.text.SafeText;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * What a model is made of, as far as it can be told without a run. Known are operators of ONNX and
 * of ONNX Runtime, branches, and functions that are made of these: nothing that loops, and nothing
 * that lies in other files.
 */
final class OnnxStructure {
  private static final Set<String> DOMAINS = Set.of("", "ai.onnx", "com.microsoft");
  private static final int MAX_DEPTH = 16;

  private static final int HALF_EXPONENT = 0x7c00;
  private static final int HALF_FRACTION = 0x03ff;

  private final ModelProto model;

  /** By domain and name. */
  private final Map<List<String>, FunctionProto> functions = new HashMap<>();

  OnnxStructure(ModelProto model) {
    this.model = model;
    for (FunctionProto function : model.getFunctionsList()) {
      functions.put(List.of(function.getDomain(), function.getName()), function);
    }
  }

  /**
   * Checks everything.
   *
   * @throws IllegalArgumentException that says what is wrong
   */
  void requireSafe() {
    if (functions.size() < model.getFunctionsCount()) {
      throw new IllegalArgumentException("The model defines two functions of one name.");
    }
    for (List<String> function : functions.keySet()) {
      depth(function, new HashSet<>(), new HashMap<>());
    }
    for (FunctionProto function : model.getFunctionsList()) {
      requireSafe(function.getNodeList(), 0);
    }
    requireSafe(model.getGraph(), 0);
  }

  /** How deep a function's calls go. One that calls itself would never end. */
  private int depth(
      List<String> function, Set<List<String>> callers, Map<List<String>, Integer> known) {
    if (known.containsKey(function)) {
      return known.get(function);
    }
    int deepest = 0;
    if (callers.add(function)) {
      for (List<String> called : calls(functions.get(function).getNodeList())) {
        deepest = Math.max(deepest, 1 + depth(called, callers, known));
      }
    } else {
      deepest = MAX_DEPTH + 1;
    }
    if (deepest > MAX_DEPTH) {
      throw new IllegalArgumentException(
          "The model's function %s calls itself, or others more than %d deep."
              .formatted(SafeText.quoted(function.get(1)), MAX_DEPTH));
    }
    callers.remove(function);
    known.put(function, deepest);
    return deepest;
  }

  /** The functions that nodes call, and those in their branches. */
  private Set<List<String>> calls(List<NodeProto> nodes) {
    Set<List<String>> calls = new HashSet<>();
    for (NodeProto node : nodes) {
      List<String> called = List.of(node.getDomain(), node.getOpType());
      if (functions.containsKey(called)) {
        calls.add(called);
      }
      for (AttributeProto attribute : node.getAttributeList()) {
        if (attribute.hasG()) {
          calls.addAll(calls(attribute.getG().getNodeList()));
        }
      }
    }
    return calls;
  }

  private void requireSafe(GraphProto graph, int depth) {
    requireSafe(graph.getNodeList(), depth);
    graph.getInitializerList().forEach(OnnxStructure::requireSafe);
    if (graph.getSparseInitializerCount() > 0) {
      throw new IllegalArgumentException("The model has sparse weights. Expected dense ones.");
    }
  }

  private void requireSafe(List<NodeProto> nodes, int depth) {
    for (NodeProto node : nodes) {
      if (!functions.containsKey(List.of(node.getDomain(), node.getOpType()))) {
        requireKnown(node.getDomain());
      }
      for (AttributeProto attribute : node.getAttributeList()) {
        requireSafe(node, attribute, depth);
      }
    }
  }

  private void requireSafe(NodeProto node, AttributeProto attribute, int depth) {
    if (attribute.hasSparseTensor() || attribute.getSparseTensorsCount() > 0) {
      throw new IllegalArgumentException(
          "The operator %s holds a sparse tensor. Expected dense ones."
              .formatted(SafeText.quoted(node.getOpType())));
    }
    boolean branch =
        node.getOpType().equals("If")
            && (node.getDomain().isEmpty() || node.getDomain().equals("ai.onnx"))
            && depth < MAX_DEPTH;
    if (attribute.getGraphsCount() > 0 || (attribute.hasG() && !branch)) {
      throw new IllegalArgumentException(
          "The operator %s holds a graph of its own. Expected graphs in the branches of If alone, at most %d deep."
              .formatted(SafeText.quoted(node.getOpType()), MAX_DEPTH));
    }
    if (attribute.hasG()) {
      requireSafe(attribute.getG(), depth + 1);
    }
    if (attribute.hasT()) {
      requireSafe(attribute.getT());
    }
    attribute.getTensorsList().forEach(OnnxStructure::requireSafe);
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
          "The weights %s are in another file. Expected a model with all its weights inside: bundle import takes them in."
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
              || tensor.getInt32DataList().stream().anyMatch(OnnxStructure::isHalfNaN);
      case TensorProto.DataType.BFLOAT16_VALUE ->
          any(raw, Short.BYTES, at -> isBrainNaN(raw.getShort(at)))
              || tensor.getInt32DataList().stream().anyMatch(OnnxStructure::isBrainNaN);
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
}
