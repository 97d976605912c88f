package io.stemspark.network;

/** A network's forward pass. Thread-safe. */
public interface Network extends AutoCloseable {
  /**
   * Runs the network.
   *
   * @param input tensors of {@link NetworkSpec#inputShape}, one after the other
   * @param batch how many
   * @return as many tensors of {@link NetworkSpec#outputShape}
   */
  float[] run(float[] input, int batch);

  @Override
  void close();
}
