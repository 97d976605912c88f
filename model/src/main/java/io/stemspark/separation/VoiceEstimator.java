package io.stemspark.separation;

import io.stemspark.network.Network;
import io.stemspark.network.NetworkSpec;
import io.stemspark.network.NetworkSpec.Input;

/**
 * Shows a network the patches that windows of frames are made of. {@link VoiceReader} reads what it
 * gives. Not thread-safe.
 *
 * <p>A network of one audio channel sees each channel on its own, one of two sees them in pairs; a
 * last channel without a partner is paired with itself.
 */
final class VoiceEstimator {
  private final NetworkSpec spec;
  private final Network network;
  private final int batch;
  private final int channels;
  private final NetworkPlanes planes;
  private final int perWindow;
  private final float[] row;
  private final float[] input;

  /**
   * @param batch patches that the network may see at once; its memory grows with them
   * @param channels of the mixture
   */
  VoiceEstimator(NetworkSpec spec, Network network, int batch, int channels) {
    this.spec = spec;
    this.network = network;
    this.batch = batch;
    this.channels = channels;
    this.planes = new NetworkPlanes(spec);
    this.perWindow = spec.patchesPerWindow(channels);
    this.row = new float[spec.patch().bins()];
    this.input = new float[batch * spec.inputPlanes() * spec.patch().size()];
  }

  /** Room for what the network gives for so many windows: an array for each of its runs. */
  float[][] newEstimates(int windows) {
    int runs = (windows * perWindow + batch - 1) / batch;
    return new float[runs][batch * spec.outputPlanes() * spec.patch().size()];
  }

  /**
   * Runs the network on successive windows.
   *
   * @param step frames from a window's start to the next one's
   * @param estimates of {@link #newEstimates}, filled here
   */
  void estimate(Frames mixture, int step, int windows, float[][] estimates) {
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

  private void show(Frames mixture, int from, int group, int plane) {
    float scale = (float) spec.inputScale();
    for (int slot = 0; slot < spec.channels(); slot++) {
      int channel = Math.min(group * spec.channels() + slot, channels - 1);
      for (int frame = 0; frame < spec.patch().frames(); frame++) {
        float[] real = mixture.real(from + frame)[channel];
        float[] imag = mixture.imag(from + frame)[channel];
        if (spec.input() == Input.MAGNITUDE) {
          Rows.magnitudes(real, imag, scale, row);
          planes.put(row, input, plane + slot, frame);
        } else {
          Rows.products(real, scale, row);
          planes.put(row, input, plane + 2 * slot, frame);
          Rows.products(imag, scale, row);
          planes.put(row, input, plane + 2 * slot + 1, frame);
        }
      }
    }
  }
}
