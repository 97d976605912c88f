package io.stemspark.internal.onnx;

import io.stemspark.network.NetworkSpec;

/** A network's forward pass. Thread-safe. */
public interface Network extends AutoCloseable {
  /**
   * Runs the network.
   *
   * @param input tensors of {@link NetworkSpec.Patches#inputShape}, one after the other
   * @param batch how many; the array may hold more
   * @param output takes as many tensors of {@link NetworkSpec.Patches#outputShape}
   */
  void run(float[] input, int batch, float[] output);

  /**
   * Runs a network of any number of tensors once.
   *
   * @param inputs by tensor, in the order of {@link Tensors#inputs}
   * @param outputs by tensor, in the order of {@link Tensors#outputs}; filled here
   */
  default void run(float[][] inputs, float[][] outputs) {
    run(inputs[0], 1, outputs[0]);
  }

  @Override
  void close();
}
