package io.stemspark.internal.training;

import io.stemspark.spectrogram.Spectrogram;
import java.util.List;
import java.util.stream.IntStream;

/**
 * One patch with its stems known. The STFT is linear, so the mixture is their sum.
 *
 * @param stems complex spectrograms, each patch frames x patch bins, first those that the network
 *     is to estimate; of two audio channels the frames of the second follow those of the first
 */
public record StemPatch(List<Spectrogram> stems) {
  public StemPatch {
    stems = List.copyOf(stems);
  }

  /**
   * A patch of two audio channels.
   *
   * @param left of one channel, as is {@code right}
   */
  public static StemPatch stereo(StemPatch left, StemPatch right) {
    return new StemPatch(
        IntStream.range(0, left.stems.size())
            .mapToObj(stem -> joined(left.stems.get(stem), right.stems.get(stem)))
            .toList());
  }

  private static Spectrogram joined(Spectrogram left, Spectrogram right) {
    Spectrogram both = new Spectrogram(left.frames() + right.frames(), left.bins());
    both.copyFrames(left, 0, 0, left.frames());
    both.copyFrames(right, 0, left.frames(), right.frames());
    return both;
  }

  /** The sum of all stems. */
  public Spectrogram mixture() {
    Spectrogram sum = new Spectrogram(stems.get(0).frames(), stems.get(0).bins());
    for (Spectrogram stem : stems) {
      for (int i = 0; i < sum.real().length; i++) {
        sum.real()[i] += stem.real()[i];
        sum.imag()[i] += stem.imag()[i];
      }
    }
    return sum;
  }
}
