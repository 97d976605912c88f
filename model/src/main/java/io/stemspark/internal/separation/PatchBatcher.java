package io.stemspark.internal.separation;

import io.stemspark.internal.onnx.Network;
import io.stemspark.network.NetworkSpec;
import io.stemspark.network.NetworkSpec.Input;

/**
 * Shows a network the patches that windows of frames are made of. {@link MaskApplier} reads what it
 * gives. Not thread-safe.
 *
 * <p>A network of one audio channel sees each channel on its own, one of two sees them in pairs; a
 * last channel without a partner is paired with itself.
 */
final class PatchBatcher {
  private final NetworkSpec.Patches spec;
  private final Network network;
  private final int batch;
  private final int channels;
  private final TensorLayout planes;
  private final int perWindow;
  private final float[] row;
  private final float[] input;

  /**
   * @param batch patches that the network may see at once; its memory grows with them
   * @param channels of the mixture
   */
  PatchBatcher(NetworkSpec.Patches spec, Network network, int batch, int channels) {
    this.spec = spec;
    this.network = network;
    this.batch = batch;
    this.channels = channels;
    this.planes = new TensorLayout(spec);
    this.perWindow = spec.patchesPerWindow(channels);
    this.row = new float[spec.patch().bins()];
    this.input = new float[batch * spec.inputSize()];
  }

  /** Room for what the network gives for some windows: an array for each of its runs. */
  float[][] newEstimates(int windows) {
    int runs = (windows * perWindow + batch - 1) / batch;
    return new float[runs][batch * spec.outputSize()];
  }

  /**
   * Runs the network on successive windows.
   *
   * @param step frames from a window's start to the next one's
   * @param estimates of {@link #newEstimates}, filled here
   */
  void estimate(SpectrogramBlock mixture, int step, int windows, float[][] estimates) {
    int patches = windows * perWindow;
    for (int first = 0; first < patches; first += batch) {
      int count = Math.min(batch, patches - first);
      for (int i = 0; i < count; i++) {
        int window = (first + i) / perWindow;
        show(mixture, window * step, (first + i) % perWindow, i * spec.inputPlanes());
      }
      network.run(input, count, estimates[first / batch]);
    }
  }

  private void show(SpectrogramBlock mixture, int from, int group, int plane) {
    float scale = (float) spec.inputScale();
    for (int slot = 0; slot < spec.channels(); slot++) {
      int channel = Math.min(group * spec.channels() + slot, channels - 1);
      for (int frame = 0; frame < spec.patch().frames(); frame++) {
        float[] real = mixture.real(from + frame)[channel];
        float[] imag = mixture.imag(from + frame)[channel];
        if (spec.input() == Input.MAGNITUDE) {
          VectorOps.magnitudes(real, imag, scale, row);
          planes.put(row, input, plane + slot, frame);
        } else {
          VectorOps.products(real, scale, row);
          planes.put(row, input, plane + 2 * slot, frame);
          VectorOps.products(imag, scale, row);
          planes.put(row, input, plane + 2 * slot + 1, frame);
        }
      }
    }
  }
}
