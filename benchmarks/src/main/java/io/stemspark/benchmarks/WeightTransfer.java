package io.stemspark.benchmarks;

import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.StringTensorDict;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Gives libtorch's network the learned parameters of Deeplearning4j's. */
final class WeightTransfer {
  private WeightTransfer() {}

  /**
   * Copies all learned parameters.
   *
   * @throws IllegalStateException when the networks differ in their parameters
   */
  static void copy(ComputationGraph from, TorchUNet to) {
    StringTensorDict parameters = to.named_parameters();
    long copied = 0;
    for (Map.Entry<String, INDArray> parameter : from.paramTable().entrySet()) {
      String key = parameter.getKey();
      if (learned(key)) {
        copy(key, parameter.getValue(), parameters);
        copied += parameter.getValue().length();
      }
    }
    long there = count(to.parameters());
    if (there != copied) {
      throw new IllegalStateException(
          "libtorch's network has %d parameters, Deeplearning4j's %d".formatted(there, copied));
    }
  }

  /** Deeplearning4j counts the running statistics of batch normalisation as parameters. */
  private static boolean learned(String key) {
    return !key.endsWith("_mean") && !key.endsWith("_var");
  }

  @SuppressWarnings("try") // scope and guard act by being open
  private static void copy(String key, INDArray value, StringTensorDict parameters) {
    String name = torchName(key);
    if (!parameters.contains(name)) {
      throw new IllegalStateException("libtorch's network has no parameter " + name);
    }
    // Before the scope, which would free ND4J's memory too.
    float[] weights = value.dup('c').data().asFloat();
    try (PointerScope scope = new PointerScope();
        NoGradGuard guard = new NoGradGuard()) {
      Tensor target = parameters.get(name);
      if (target.numel() != value.length()) {
        throw new IllegalStateException(
            "%s has %d elements in libtorch, %d in Deeplearning4j"
                .formatted(name, target.numel(), value.length()));
      }
      target.copy_(Tensor.create(weights, target.shape()));
    }
  }

  /** {@code encoder0.conv1_W} is {@code encoder0.conv1.weight} in libtorch. */
  private static String torchName(String key) {
    int at = key.lastIndexOf('_');
    String kind = key.substring(at + 1);
    return key.substring(0, at)
        + switch (kind) {
          case "W", "gamma" -> ".weight";
          case "b", "beta" -> ".bias";
          default -> throw new IllegalStateException("Unknown kind of parameter: " + key);
        };
  }

  private static long count(TensorVector tensors) {
    long sum = 0;
    for (long i = 0; i < tensors.size(); i++) {
      sum += tensors.get(i).numel();
    }
    return sum;
  }
}
