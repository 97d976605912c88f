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
    requireRate(sampleRate);
    requireFftSize(fftSize);
    if (hopLength < 1 || !window.covers(fftSize, hopLength)) {
      throw new IllegalArgumentException(
          "The hop length is %d. Expected one at which %s windows overlap well, such as %d."
              .formatted(hopLength, window.name().toLowerCase(Locale.ROOT), fftSize / 4));
    }
  }

  /**
   * Checks that audio is brought to such a rate.
   *
   * @throws IllegalArgumentException when it is not
   */
  public static void requireRate(int sampleRate) {
    if (sampleRate < 1000 || sampleRate > 768_000) {
      throw new IllegalArgumentException(
          "The sample rate is %d Hz. Expected 1000 to 768000 Hz.".formatted(sampleRate));
    }
  }

  /**
   * Checks that there is a transform of this size.
   *
   * @throws IllegalArgumentException when there is none
   */
  public static void requireFftSize(int fftSize) {
    int power = Integer.lowestOneBit(fftSize);
    if (fftSize < 16 || fftSize > 1 << 16 || power < 16 || !ODD.contains(fftSize / power)) {
      throw new IllegalArgumentException(
          "The FFT size is %d. Expected a power of two, or 3, 5, 7, 9 or 15 times one, from 16 to 65536."
              .formatted(fftSize));
    }
  }

  /** Reads the block {@code stft} of the settings. */
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
   * Only rectangular windows may overlap by less than half. Of such frames, those whose centre is
   * beyond the end are needed only if they reach samples that no other frame does.
   */
  public long frames(long samples) {
    long covered = hopLength > fftSize / 2 ? fftSize / 2 : 0;
    return 1 + (Math.max(0, samples - covered) + hopLength - 1) / hopLength;
  }

  /**
   * The weights of a frame's samples, in their periodic form: a window of n samples is the first n
   * of the symmetric window of n + 1. All are sums of cosines, w[i] = a0 - a1 cos(x) + a2 cos(2x)
   * with x = 2 pi i / n (Harris 1978).
   */
  public enum Window {
    HANN(0.5, 0.5, 0),
    HAMMING(0.54, 0.46, 0),
    BLACKMAN(0.42, 0.5, 0.08),
    RECTANGULAR(1, 0, 0);

    /**
     * The least sum of overlapping squared windows, relative to the most; Hann at n/2 has a half.
     */
    private static final double MIN_OVERLAP = 0.4;

    private final double a0;
    private final double a1;
    private final double a2;

    Window(double a0, double a1, double a2) {
      this.a0 = a0;
      this.a1 = a1;
      this.a2 = a2;
    }

    /** The weights of a frame of {@code size} samples. */
    public float[] samples(int size) {
      float[] samples = new float[size];
      for (int i = 0; i < size; i++) {
        samples[i] = (float) at(i, size);
      }
      return samples;
    }

    /**
     * Whether a signal can be recovered from frames of {@code size} samples, one every {@code hop},
     * without amplifying anything much: everywhere, also at its ends, some window is large. This
     * holds where the constant overlap-add condition (COLA) does, and in many more cases.
     */
    public boolean covers(int size, int hop) {
      if (hop > size || (hop > size / 2 && this != RECTANGULAR)) {
        return false;
      }
      double least = Double.MAX_VALUE;
      double most = 0;
      for (int start = 0; start < hop; start++) {
        double sum = 0;
        for (int i = start; i < size; i += hop) {
          sum += at(i, size) * at(i, size);
        }
        least = Math.min(least, sum);
        most = Math.max(most, sum);
      }
      return least >= MIN_OVERLAP * most;
    }

    private double at(int i, int size) {
      double x = 2 * Math.PI * i / size;
      return a0 - a1 * Math.cos(x) + a2 * Math.cos(2 * x);
    }
  }
}
