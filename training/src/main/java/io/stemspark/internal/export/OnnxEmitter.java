package io.stemspark.internal.export;

/** How an exported model represents its weights and activations. */
interface OnnxEmitter {
  /**
   * A 3x3 convolution with "same" padding.
   *
   * @param weight (out, in, 3, 3)
   * @return the name of its output
   */
  String convolution(String name, String input, float[] weight, long[] shape, float[] bias);

  /** What those that come after see of an activation. */
  String activation(String tensor);

  /** The same for the maxima of {@code before}, which are among its values. */
  String afterPool(String tensor, String before);
}
