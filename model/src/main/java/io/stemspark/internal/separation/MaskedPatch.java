package io.stemspark.internal.separation;

import io.stemspark.internal.onnx.Network;
import io.stemspark.spectrogram.Spectrogram;
import java.util.ArrayList;
import java.util.List;

/** Masks a single patch, for the scores and the pictures of a training. */
public final class MaskedPatch {
  private MaskedPatch() {}

  /**
   * The stems that a network hears in a mixture of its patch's size.
   *
   * @param stems how many masks it gives
   */
  public static List<Spectrogram> estimate(Network network, Spectrogram mixture, int stems) {
    int size = mixture.real().length;
    float[] magnitudes = new float[size];
    mixture.magnitudes(magnitudes, 0);
    float[] masks = new float[stems * size];
    network.run(magnitudes, 1, masks);
    List<Spectrogram> estimates = new ArrayList<>();
    for (int stem = 0; stem < stems; stem++) {
      Spectrogram estimate = new Spectrogram(mixture.frames(), mixture.bins());
      for (int i = 0; i < size; i++) {
        float mask = masks[stem * size + i];
        estimate.real()[i] = mask * mixture.real()[i];
        estimate.imag()[i] = mask * mixture.imag()[i];
      }
      estimates.add(estimate);
    }
    return estimates;
  }
}
