package io.stemspark.spectrogram;

import io.stemspark.settings.Section;
import java.io.Serializable;

/**
 * Settings of the short-time Fourier transform. The window is the periodic Hann window.
 *
 * @param sampleRate the rate in Hz that audio is brought to before the transform
 * @param fftSize samples per frame, a power of two
 * @param hopLength samples between frames, a divisor of a quarter of the FFT size; with a longer
 *     hop the end of a signal would rest on the vanishing edge of its last frame
 */
public record StftConfig(int sampleRate, int fftSize, int hopLength) implements Serializable {
  public StftConfig {
    if (sampleRate < 1000 || sampleRate > 768_000) {
      throw new IllegalArgumentException("a sample rate from 1000 to 768000 Hz, not " + sampleRate);
    }
    if (fftSize < 16 || fftSize > 1 << 16 || Integer.bitCount(fftSize) != 1) {
      throw new IllegalArgumentException(
          "an FFT size that is a power of two from 16 to 65536, not " + fftSize);
    }
    if (hopLength < 1 || (fftSize / 4) % hopLength != 0) {
      throw new IllegalArgumentException(
          "a hop length that divides a quarter of the FFT size (%d), not %d"
              .formatted(fftSize / 4, hopLength));
    }
  }

  public static StftConfig from(Section settings) {
    return settings.build(
        "hop-length",
        () ->
            new StftConfig(
                settings.integer("sample-rate", 1000, 768_000),
                settings.integer("fft-size", 16, 1 << 16),
                settings.integer("hop-length", 1, 1 << 15)));
  }

  /** Frequency bins per frame: fftSize / 2 + 1. */
  public int bins() {
    return fftSize / 2 + 1;
  }

  /** Frames of a signal of {@code samples} samples. */
  public long frames(long samples) {
    return 1 + samples / hopLength;
  }

  /** The window, w[i] = 0.5 - 0.5 cos(2 pi i / fftSize). */
  public float[] window() {
    float[] window = new float[fftSize];
    for (int i = 0; i < fftSize; i++) {
      window[i] = (float) (0.5 - 0.5 * Math.cos(2 * Math.PI * i / fftSize));
    }
    return window;
  }
}
