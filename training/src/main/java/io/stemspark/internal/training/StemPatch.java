package io.stemspark.internal.training;

import io.stemspark.spectrogram.Spectrogram;

/**
 * One patch with its stems known. The STFT is linear, so the mixture is their sum.
 *
 * @param vocals complex spectrogram, patch frames x patch bins; of two audio channels the frames of
 *     the second follow those of the first
 * @param accompaniment of the same size
 */
public record StemPatch(Spectrogram vocals, Spectrogram accompaniment) {
  /**
   * A patch of two audio channels.
   *
   * @param left of one channel, as is {@code right}
   */
  public static StemPatch stereo(StemPatch left, StemPatch right) {
    return new StemPatch(
        joined(left.vocals, right.vocals), joined(left.accompaniment, right.accompaniment));
  }

  private static Spectrogram joined(Spectrogram left, Spectrogram right) {
    Spectrogram both = new Spectrogram(left.frames() + right.frames(), left.bins());
    both.copyFrames(left, 0, 0, left.frames());
    both.copyFrames(right, 0, left.frames(), right.frames());
    return both;
  }

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
