package io.stemspark.metrics;

import java.util.Arrays;
import org.jtransforms.fft.DoubleFFT_1D;

/**
 * Filters some channels into others: an output is the sum of all inputs, each convolved with a
 * filter of its own. Works on one stretch of samples at a time, with silence around it, by
 * overlap-add. Not thread-safe.
 */
final class FilterBank {
  /** Fits the caches; a block and a filter together are this long. */
  static final int FFT_SIZE = 4096;

  private final int taps;
  private final int blockLength;
  private final DoubleFFT_1D fft = new DoubleFFT_1D(FFT_SIZE);
  private final double[][][] filters;
  private final double[][] spectra;
  private final double[] product = new double[FFT_SIZE];

  /**
   * @param filters {@code [output][input][tap]}; an input that an output has no filter for is null
   */
  FilterBank(double[][][] filters, int taps) {
    this.taps = taps;
    this.blockLength = FFT_SIZE - taps + 1;
    this.filters = new double[filters.length][filters[0].length][];
    this.spectra = new double[filters[0].length][FFT_SIZE];
    for (int o = 0; o < filters.length; o++) {
      for (int i = 0; i < filters[o].length; i++) {
        if (filters[o][i] != null) {
          this.filters[o][i] = Arrays.copyOf(filters[o][i], FFT_SIZE);
          fft.realForward(this.filters[o][i]);
        }
      }
    }
  }

  /**
   * Filters a stretch.
   *
   * @param inputs {@code [input][time]}; there may be more, which are left alone
   * @param outputs {@code [output][time]}, replaced; their first {@code length + taps - 1} samples
   *     count
   */
  void filter(float[][] inputs, int length, double[][] outputs) {
    for (double[] output : outputs) {
      Arrays.fill(output, 0);
    }
    for (int from = 0; from < length; from += blockLength) {
      int n = Math.min(blockLength, length - from);
      for (int i = 0; i < spectra.length; i++) {
        copy(inputs[i], from, n, spectra[i]);
        fft.realForward(spectra[i]);
      }
      for (int o = 0; o < outputs.length; o++) {
        Arrays.fill(product, 0);
        for (int i = 0; i < spectra.length; i++) {
          if (filters[o][i] != null) {
            addProduct(spectra[i], filters[o][i], product);
          }
        }
        fft.realInverse(product, true);
        for (int t = 0; t < n + taps - 1; t++) {
          outputs[o][from + t] += product[t];
        }
      }
    }
  }

  /** Copies samples, and silence after them. */
  static void copy(float[] samples, int from, int length, double[] into) {
    for (int t = 0; t < length; t++) {
      into[t] = samples[from + t];
    }
    Arrays.fill(into, length, into.length, 0);
  }

  /** Spectra as JTransforms packs them: the two real ones first, then pairs. */
  private static void addProduct(double[] a, double[] b, double[] sum) {
    sum[0] += a[0] * b[0];
    sum[1] += a[1] * b[1];
    for (int i = 2; i < sum.length; i += 2) {
      sum[i] += a[i] * b[i] - a[i + 1] * b[i + 1];
      sum[i + 1] += a[i] * b[i + 1] + a[i + 1] * b[i];
    }
  }
}
