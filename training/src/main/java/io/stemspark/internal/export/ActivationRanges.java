package io.stemspark.internal.export;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.google.protobuf.InvalidProtocolBufferException;
import io.stemspark.internal.onnx.OnnxNetwork;
import io.stemspark.internal.onnx.proto.ModelProto;
import io.stemspark.internal.onnx.proto.NodeProto;
import io.stemspark.internal.onnx.proto.TensorProto;
import io.stemspark.internal.onnx.proto.TypeProto;
import io.stemspark.internal.onnx.proto.ValueInfoProto;
import io.stemspark.network.NetworkSpec;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The least and greatest values that a model's activations took, by tensor. */
public final class ActivationRanges {
  private static final Set<String> MEASURED = Set.of("Relu", "ConvTranspose", "Concat");

  private final Map<String, Range> ranges = new HashMap<>();

  private ActivationRanges() {}

  /**
   * The range of a tensor's values. It includes 0, so that padding and silence are exact.
   *
   * @param least at most 0
   * @param most at least 0
   */
  record Range(float least, float most) {}

  /**
   * Runs a model and watches what comes out of its rectifiers, transposed convolutions and
   * concatenations.
   *
   * @param inputs tensors of {@link NetworkSpec.Patches#inputShape}
   */
  public static ActivationRanges measure(
      byte[] model, NetworkSpec.Patches spec, List<float[]> inputs) {
    ActivationRanges measured = new ActivationRanges();
    OrtEnvironment environment = OnnxNetwork.environment();
    try (OrtSession session = environment.createSession(withActivations(model))) {
      String name = session.getInputNames().iterator().next();
      for (float[] values : inputs) {
        try (OnnxTensor input =
                OnnxTensor.createTensor(environment, FloatBuffer.wrap(values), spec.inputShape(1));
            OrtSession.Result result = session.run(Map.of(name, input))) {
          result.forEach(
              output ->
                  measured.widen(
                      output.getKey(), ((OnnxTensor) output.getValue()).getFloatBuffer()));
        }
      }
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime failed: " + e.getMessage(), e);
    }
    return measured;
  }

  private static byte[] withActivations(byte[] model) {
    try {
      ModelProto.Builder watched = ModelProto.parseFrom(model).toBuilder();
      for (NodeProto node : List.copyOf(watched.getGraph().getNodeList())) {
        if (MEASURED.contains(node.getOpType())) {
          watched.getGraphBuilder().addOutput(floats(node.getOutput(0)));
        }
      }
      return watched.build().toByteArray();
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException("The model is not in ONNX: " + e.getMessage(), e);
    }
  }

  private static ValueInfoProto floats(String name) {
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder().setElemType(TensorProto.DataType.FLOAT_VALUE)))
        .build();
  }

  private void widen(String name, FloatBuffer values) {
    Range range = ranges.getOrDefault(name, new Range(0, 0));
    float least = range.least;
    float most = range.most;
    while (values.hasRemaining()) {
      float value = values.get();
      least = Math.min(least, value);
      most = Math.max(most, value);
    }
    ranges.put(name, new Range(least, most));
  }

  /** The range of a tensor that was measured. */
  Range of(String tensor) {
    Range range = ranges.get(tensor);
    if (range == null) {
      throw new IllegalArgumentException("The tensor %s was not measured.".formatted(tensor));
    }
    return range;
  }
}
