package io.stemspark.internal.training;

import io.stemspark.spectrogram.Spectrogram;

/**
 * One patch of a channel with its stems known. The STFT is linear, so the mixture is their sum.
 *
 * @param vocals complex spectrogram, patch frames x patch bins
 * @param accompaniment of the same size
 */
public record StemPatch(Spectrogram vocals, Spectrogram accompaniment) {
  /** The sum of both. */
  public Spectrogram mixture() {
    Spectrogram sum = new Spectrogram(vocals.frames(), vocals.bins());
    for (int i = 0; i < sum.real().length; i++) {
      sum.real()[i] = vocals.real()[i] + accompaniment.real()[i];
      sum.imag()[i] = vocals.imag()[i] + accompaniment.imag()[i];
    }
    return sum;
  }
}
