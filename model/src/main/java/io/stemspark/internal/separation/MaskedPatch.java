package io.stemspark.internal.separation;

import io.stemspark.internal.onnx.Network;
import io.stemspark.spectrogram.Spectrogram;

/** Masks a single patch, for the scores and the pictures of a training. */
public final class MaskedPatch {
  private MaskedPatch() {}

  /** The voice that a network hears in a mixture of its patch's size. */
  public static Spectrogram estimate(Network network, Spectrogram mixture) {
    float[] magnitudes = new float[mixture.real().length];
    mixture.magnitudes(magnitudes, 0);
    float[] mask = new float[magnitudes.length];
    network.run(magnitudes, 1, mask);
    Spectrogram voice = new Spectrogram(mixture.frames(), mixture.bins());
    for (int i = 0; i < mask.length; i++) {
      voice.real()[i] = mask[i] * mixture.real()[i];
      voice.imag()[i] = mask[i] * mixture.imag()[i];
    }
    return voice;
  }
}
