package io.stemspark.spectrogram;

import io.stemspark.settings.Section;
import java.io.Serializable;
import java.util.Locale;
import java.util.Set;

/**
 * Settings of the short-time Fourier transform.
 *
 * @param sampleRate the rate in Hz that audio is brought to before the transform
 * @param fftSize samples per frame: a power of two, or 3, 5, 7, 9 or 15 times one
 * @param hopLength samples between frames, few enough for windows to overlap well
 * @param window the weights of a frame's samples
 */
public record StftConfig(int sampleRate, int fftSize, int hopLength, Window window)
    implements Serializable {
  /** The odd factors that the transform has code for. */
  private static final Set<Integer> ODD = Set.of(1, 3, 5, 7, 9, 15);

  public StftConfig {
    if (sampleRate < 1000 || sampleRate > 768_000) {
      throw new IllegalArgumentException("a sample rate from 1000 to 768000 Hz, not " + sampleRate);
    }
    int power = Integer.lowestOneBit(fftSize);
    if (fftSize < 16 || fftSize > 1 << 16 || power < 16 || !ODD.contains(fftSize / power)) {
      throw new IllegalArgumentException(
          "an FFT size from 16 to 65536 that is a power of two, or 3, 5, 7, 9 or 15 times one, not "
              + fftSize);
    }
    if (hopLength < 1 || !window.covers(fftSize, hopLength)) {
      throw new IllegalArgumentException(
          "a hop length at which %s windows overlap well, such as %d, not %d"
              .formatted(window.name().toLowerCase(Locale.ROOT), fftSize / 4, hopLength));
    }
  }

  public static StftConfig from(Section settings) {
    return settings.build(
        "hop-length",
        () ->
            new StftConfig(
                settings.integer("sample-rate", 1000, 768_000),
                settings.integer("fft-size", 16, 1 << 16),
                settings.integer("hop-length", 1, 1 << 16),
                settings.choice("window", Window.class)));
  }

  /** The same transform of signals of another sample rate. */
  public StftConfig withSampleRate(int other) {
    return new StftConfig(other, fftSize, hopLength, window);
  }

  /** Frequency bins per frame: fftSize / 2 + 1. */
  public int bins() {
    return fftSize / 2 + 1;
  }

  /**
   * Frames of a signal of {@code samples} samples: 1 + samples / hopLength, rounded up. So the last
   * frame is centred at or after the signal's end, and each sample lies where some window is large.
   * Of frames that overlap by less than half, which only rectangular windows can, those whose
   * centre is beyond the end are needed only if they reach samples that no other does.
   */
  public long frames(long samples) {
    long covered = hopLength > fftSize / 2 ? fftSize / 2 : 0;
    return 1 + (Math.max(0, samples - covered) + hopLength - 1) / hopLength;
  }
}
