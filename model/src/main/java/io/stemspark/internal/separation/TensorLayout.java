package io.stemspark.internal.separation;

import io.stemspark.network.NetworkSpec;
import io.stemspark.network.NetworkSpec.Axes;

/** Where frames lie in the tensors that a network takes and gives: planes, one after the other. */
final class TensorLayout {
  private final Axes axes;
  private final int frames;
  private final int bins;
  private final int size;

  TensorLayout(NetworkSpec spec) {
    this.axes = spec.axes();
    this.frames = spec.patch().frames();
    this.bins = spec.patch().bins();
    this.size = spec.patch().size();
  }

  void put(float[] row, float[] tensor, int plane, int frame) {
    int at = plane * size;
    if (axes == Axes.FRAMES_BINS) {
      System.arraycopy(row, 0, tensor, at + frame * bins, bins);
    } else {
      for (int bin = 0; bin < bins; bin++) {
        tensor[at + bin * frames + frame] = row[bin];
      }
    }
  }

  void get(float[] tensor, int plane, int frame, float[] row) {
    int at = plane * size;
    if (axes == Axes.FRAMES_BINS) {
      System.arraycopy(tensor, at + frame * bins, row, 0, bins);
    } else {
      for (int bin = 0; bin < bins; bin++) {
        row[bin] = tensor[at + bin * frames + frame];
      }
    }
  }
}
