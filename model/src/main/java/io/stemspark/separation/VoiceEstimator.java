package io.stemspark.separation;

import io.stemspark.network.Network;
import io.stemspark.network.NetworkSpec;
import io.stemspark.network.NetworkSpec.Axes;
import io.stemspark.network.NetworkSpec.Input;
import io.stemspark.spectrogram.Spectrogram;

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
  private final int frames;
  private final int visible;
  private final int planeSize;
  private final int perWindow;
  private final float[] row;
  private final float[] imagRow;
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
    this.frames = spec.patch().frames();
    this.visible = spec.patch().bins();
    this.planeSize = spec.patch().size();
    this.perWindow = patchesPerWindow(spec, channels);
    this.row = new float[visible];
    this.imagRow = new float[visible];
    this.input = new float[batch * spec.inputPlanes() * planeSize];
  }

  /** Patches that a window of all channels makes. */
  static int patchesPerWindow(NetworkSpec spec, int channels) {
    return (channels + spec.channels() - 1) / spec.channels();
  }

  /** Room for what the network gives for so many windows: an array for each of its runs. */
  float[][] newEstimates(int windows) {
    int runs = (windows * perWindow + batch - 1) / batch;
    return new float[runs][batch * spec.outputPlanes() * planeSize];
  }

  /**
   * Runs the network on successive windows.
   *
   * @param mixture the frames of each channel
   * @param step frames from a window's start to the next one's
   * @param estimates of {@link #newEstimates}, filled here
   */
  void estimate(Spectrogram[] mixture, int step, int windows, float[][] estimates) {
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

  private void show(Spectrogram[] mixture, int from, int group, int plane) {
    float scale = (float) spec.inputScale();
    for (int slot = 0; slot < spec.channels(); slot++) {
      int channel = Math.min(group * spec.channels() + slot, channels - 1);
      for (int frame = 0; frame < frames; frame++) {
        mixture[channel].copyFrame(from + frame, row, imagRow);
        if (spec.input() == Input.MAGNITUDE) {
          Rows.toMagnitudes(row, imagRow, scale);
          put(row, plane + slot, frame);
        } else {
          Rows.multiply(row, scale);
          Rows.multiply(imagRow, scale);
          put(row, plane + 2 * slot, frame);
          put(imagRow, plane + 2 * slot + 1, frame);
        }
      }
    }
  }

  private void put(float[] row, int plane, int frame) {
    int at = plane * planeSize;
    if (spec.axes() == Axes.FRAMES_BINS) {
      System.arraycopy(row, 0, input, at + frame * visible, visible);
    } else {
      for (int bin = 0; bin < visible; bin++) {
        input[at + bin * frames + frame] = row[bin];
      }
    }
  }
}
