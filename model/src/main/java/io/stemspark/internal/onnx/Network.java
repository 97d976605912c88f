package io.stemspark.internal.onnx;

import io.stemspark.network.NetworkSpec;

/** A network's forward pass. Thread-safe. */
public interface Network extends AutoCloseable {
  /**
   * Runs the network.
   *
   * @param input tensors of {@link NetworkSpec#inputShape}, one after the other
   * @param batch how many; the array may hold more
   * @param output takes as many tensors of {@link NetworkSpec#outputShape}
   */
  void run(float[] input, int batch, float[] output);

  @Override
  void close();
}
