package io.stemspark.separation;

import io.stemspark.patch.PatchConfig;
import java.util.Arrays;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Runs the Deeplearning4j graph itself: the reference that the ONNX model is held against, several
 * times slower.
 */
public final class Dl4jMaskEstimator implements MaskEstimator {
  private final ComputationGraph network;
  private final PatchConfig patch;

  public Dl4jMaskEstimator(ComputationGraph network, PatchConfig patch) {
    this.network = network;
    this.patch = patch;
  }

  @Override
  public synchronized float[] estimate(float[] magnitudes, int patches) {
    float[] spectrogram = new float[patches * patch.size()];
    for (int i = 0; i < spectrogram.length; i++) {
      spectrogram[i] = (float) Math.log1p(magnitudes[i]);
    }
    long[] shape = {patches, 1, patch.frames(), patch.bins()};
    // The graph's estimate is mask * mixture, so a mixture of ones returns the mask.
    INDArray[] outputs =
        network.output(false, Nd4j.createFromArray(spectrogram).reshape(shape), Nd4j.ones(shape));
    return Arrays.copyOf(outputs[0].dup('c').data().asFloat(), patches * patch.size());
  }

  @Override
  public void close() {
    network.close();
  }
}
