package io.stemspark.benchmarks;

import io.stemspark.internal.onnx.Network;
import io.stemspark.patch.PatchConfig;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Runs the U-Net as the Deeplearning4j graph that it was fitted as: the reference that the ONNX
 * model is held against, several times slower.
 */
final class Dl4jNetwork implements Network {
  private final ComputationGraph network;
  private final PatchConfig patch;

  Dl4jNetwork(ComputationGraph network, PatchConfig patch) {
    this.network = network;
    this.patch = patch;
  }

  @Override
  public synchronized void run(float[] magnitudes, int batch, float[] mask) {
    float[] spectrogram = new float[batch * patch.size()];
    for (int i = 0; i < spectrogram.length; i++) {
      spectrogram[i] = (float) Math.log1p(magnitudes[i]);
    }
    long[] shape = {batch, 1, patch.frames(), patch.bins()};
    // The graph's estimate is mask * mixture, so a mixture of ones returns the mask.
    INDArray[] outputs =
        network.output(false, Nd4j.createFromArray(spectrogram).reshape(shape), Nd4j.ones(shape));
    System.arraycopy(outputs[0].dup('c').data().asFloat(), 0, mask, 0, spectrogram.length);
  }

  @Override
  public void close() {
    network.close();
  }
}
