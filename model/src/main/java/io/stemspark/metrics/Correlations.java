package io.stemspark.metrics;

import java.util.Arrays;
import org.jtransforms.fft.DoubleFFT_1D;

/**
 * Correlations of some signals x with these and others y, c(d) = sum over t of x(t) y(t + d) for
 * the first lags d, added up block by block in the frequency domain. Not thread-safe.
 */
final class Correlations {
  private final int lags;
  private final int references;
  private final int blockLength;
  private final DoubleFFT_1D fft;
  private final float[][] waiting;
  private final double[][] blocks;
  private final double[][] spectra;
  private final double[][][] sums;
  private int filled;

  /**
   * @param references how many of the signals, the first, are x
   * @param signals all of them
   */
  Correlations(int references, int signals, int lags) {
    this.lags = lags;
    this.references = references;
    int size = FilterBank.FFT_SIZE;
    this.blockLength = size - lags + 1;
    this.fft = new DoubleFFT_1D(size);
    this.waiting = new float[signals][size];
    this.blocks = new double[references][size];
    this.spectra = new double[signals][size];
    this.sums = new double[references][signals][size];
  }

  /**
   * Takes the signals' next samples.
   *
   * @param samples {@code [signal][time]}
   */
  void add(float[][] samples, int length) {
    for (int done = 0; done < length; ) {
      int n = Math.min(length - done, waiting[0].length - filled);
      for (int i = 0; i < waiting.length; i++) {
        System.arraycopy(samples[i], done, waiting[i], filled, n);
      }
      filled += n;
      done += n;
      if (filled == waiting[0].length) {
        addBlock();
      }
    }
  }

  /** Takes the end: silence from here on. */
  void finish() {
    while (filled > 0) {
      for (float[] signal : waiting) {
        Arrays.fill(signal, filled, signal.length, 0);
      }
      int left = filled;
      addBlock();
      filled = Math.max(0, left - blockLength);
    }
    for (double[][] row : sums) {
      for (double[] sum : row) {
        fft.realInverse(sum, true);
      }
    }
  }

  private void addBlock() {
    for (int i = 0; i < waiting.length; i++) {
      FilterBank.copy(waiting[i], 0, waiting[i].length, spectra[i]);
      fft.realForward(spectra[i]);
    }
    for (int x = 0; x < references; x++) {
      FilterBank.copy(waiting[x], 0, blockLength, blocks[x]);
      fft.realForward(blocks[x]);
      for (int y = 0; y < waiting.length; y++) {
        addConjugateProduct(blocks[x], spectra[y], sums[x][y]);
      }
    }
    for (float[] signal : waiting) {
      System.arraycopy(signal, blockLength, signal, 0, signal.length - blockLength);
    }
    filled = waiting[0].length - blockLength;
  }

  /** Spectra as JTransforms packs them: the two real ones first, then pairs. */
  private static void addConjugateProduct(double[] a, double[] b, double[] sum) {
    sum[0] += a[0] * b[0];
    sum[1] += a[1] * b[1];
    for (int i = 2; i < sum.length; i += 2) {
      sum[i] += a[i] * b[i] + a[i + 1] * b[i + 1];
      sum[i + 1] += a[i] * b[i + 1] - a[i + 1] * b[i];
    }
  }

  int lags() {
    return lags;
  }

  /** The correlation at a lag from -lags + 1 to lags - 1; negative ones only of two references. */
  double at(int x, int y, int lag) {
    return lag >= 0 ? sums[x][y][lag] : sums[y][x][-lag];
  }
}
