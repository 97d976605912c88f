package io.stemspark.internal.export;

import java.util.List;

/** Single precision throughout. */
record FloatEmitter(OnnxGraph graph) implements OnnxEmitter {
  @Override
  public String convolution(String name, String input, float[] weight, long[] shape, float[] bias) {
    return convolution(
        graph,
        name,
        input,
        graph.floats(name + ".weight", weight, shape),
        graph.floats(name + ".bias", bias, bias.length));
  }

  static String convolution(
      OnnxGraph graph, String name, String input, String weight, String bias) {
    return graph.node(
        "Conv",
        name,
        List.of(OnnxGraph.integers("kernel_shape", 3, 3), OnnxGraph.integers("pads", 1, 1, 1, 1)),
        input,
        weight,
        bias);
  }

  @Override
  public String activation(String tensor) {
    return tensor;
  }

  @Override
  public String afterPool(String tensor, String before) {
    return tensor;
  }
}
