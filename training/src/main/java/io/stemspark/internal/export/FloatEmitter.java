package io.stemspark.internal.export;

import java.util.List;

/** How an exported model represents weights and activations: in single precision throughout. */
class FloatEmitter {
  final OnnxGraph graph;

  FloatEmitter(OnnxGraph graph) {
    this.graph = graph;
  }

  /**
   * A 3x3 convolution with "same" padding.
   *
   * @param weight (out, in, 3, 3)
   * @return the name of its output
   */
  String convolution(String name, String input, float[] weight, long[] shape, float[] bias) {
    return convolution(
        name,
        input,
        graph.floats(name + ".weight", weight, shape),
        graph.floats(name + ".bias", bias, bias.length));
  }

  final String convolution(String name, String input, String weight, String bias) {
    return graph.node(
        "Conv",
        name,
        List.of(OnnxGraph.integers("kernel_shape", 3, 3), OnnxGraph.integers("pads", 1, 1, 1, 1)),
        input,
        weight,
        bias);
  }

  /** What those that come after see of an activation. */
  String activation(String tensor) {
    return tensor;
  }

  /** The same for the maxima of {@code before}, which are among its values. */
  String afterPool(String tensor, String before) {
    return tensor;
  }
}
