package io.stemspark.internal.separation;

import io.stemspark.network.NetworkSpec;
import io.stemspark.network.NetworkSpec.Axes;

/** Where frames lie in the tensors that a network takes and gives: planes, one after the other. */
record TensorLayout(Axes axes, int frames, int bins) {
  TensorLayout(NetworkSpec.Patches spec) {
    this(spec.axes(), spec.patch().frames(), spec.patch().bins());
  }

  void put(float[] row, float[] tensor, int plane, int frame) {
    int at = plane * frames * bins;
    if (axes == Axes.FRAMES_BINS) {
      System.arraycopy(row, 0, tensor, at + frame * bins, bins);
    } else {
      for (int bin = 0; bin < bins; bin++) {
        tensor[at + bin * frames + frame] = row[bin];
      }
    }
  }

  void get(float[] tensor, int plane, int frame, float[] row) {
    int at = plane * frames * bins;
    if (axes == Axes.FRAMES_BINS) {
      System.arraycopy(tensor, at + frame * bins, row, 0, bins);
    } else {
      for (int bin = 0; bin < bins; bin++) {
        row[bin] = tensor[at + bin * frames + frame];
      }
    }
  }
}
