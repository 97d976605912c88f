package io.stemspark.spectrogram;

/**
 * Fourier transform of real frames whose size is a power of two.
 *
 * <p>A frame of n samples is packed into n/2 complex values (even samples real, odd ones
 * imaginary), transformed by Stockham's autosort algorithm with radix 2, and unpacked by symmetry.
 * Stockham needs no bit reversal, and its inner loops run over neighbouring elements. Not
 * thread-safe.
 */
final class RealFft {
  private final int half;
  private final float[] twiddleCos;
  private final float[] twiddleSin;
  private final float[] packCos;
  private final float[] packSin;
  private float[] re;
  private float[] im;
  private float[] nextRe;
  private float[] nextIm;

  RealFft(int size) {
    half = size / 2;
    twiddleCos = new float[half / 2];
    twiddleSin = new float[half / 2];
    for (int i = 0; i < half / 2; i++) {
      twiddleCos[i] = (float) Math.cos(2 * Math.PI * i / half);
      twiddleSin[i] = (float) -Math.sin(2 * Math.PI * i / half);
    }
    packCos = new float[half + 1];
    packSin = new float[half + 1];
    for (int i = 0; i <= half; i++) {
      packCos[i] = (float) Math.cos(2 * Math.PI * i / size);
      packSin[i] = (float) -Math.sin(2 * Math.PI * i / size);
    }
    re = new float[half];
    im = new float[half];
    nextRe = new float[half];
    nextIm = new float[half];
  }

  /** X[k] = sum over t of x[t] exp(-2 pi i k t / n), for k from 0 to n/2. */
  void forward(float[] frame, float[] real, float[] imag) {
    for (int i = 0; i < half; i++) {
      re[i] = frame[2 * i];
      im[i] = frame[2 * i + 1];
    }
    transform();
    for (int k = 0; k <= half; k++) {
      int a = k == half ? 0 : k;
      int b = k == 0 ? 0 : half - k;
      float evenRe = 0.5f * (re[a] + re[b]);
      float evenIm = 0.5f * (im[a] - im[b]);
      float oddRe = 0.5f * (im[a] + im[b]);
      float oddIm = 0.5f * (re[b] - re[a]);
      real[k] = evenRe + oddRe * packCos[k] - oddIm * packSin[k];
      imag[k] = evenIm + oddRe * packSin[k] + oddIm * packCos[k];
    }
  }

  /** The inverse of {@link #forward}; imaginary parts at 0 and n/2 count as zero. */
  void inverse(float[] real, float[] imag, float[] frame) {
    for (int k = 0; k < half; k++) {
      int b = half - k;
      float imA = k == 0 ? 0 : imag[k];
      float imB = k == 0 ? 0 : imag[b];
      float evenRe = 0.5f * (real[k] + real[b]);
      float evenIm = 0.5f * (imA - imB);
      float diffRe = 0.5f * (real[k] - real[b]);
      float diffIm = 0.5f * (imA + imB);
      float oddRe = diffRe * packCos[k] + diffIm * packSin[k];
      float oddIm = diffIm * packCos[k] - diffRe * packSin[k];
      // conj(even + i odd), so that the forward transform inverts.
      re[k] = evenRe - oddIm;
      im[k] = -(evenIm + oddRe);
    }
    transform();
    float scale = 1f / half;
    for (int i = 0; i < half; i++) {
      frame[2 * i] = re[i] * scale;
      frame[2 * i + 1] = -im[i] * scale;
    }
  }

  private void transform() {
    int stride = 1;
    for (int n = half; n > 1; n /= 2) {
      pass(n / 2, stride);
      float[] swapRe = re;
      float[] swapIm = im;
      re = nextRe;
      im = nextIm;
      nextRe = swapRe;
      nextIm = swapIm;
      stride *= 2;
    }
  }

  private void pass(int m, int stride) {
    float[] xr = re;
    float[] xi = im;
    float[] yr = nextRe;
    float[] yi = nextIm;
    for (int p = 0; p < m; p++) {
      float wr = twiddleCos[p * stride];
      float wi = twiddleSin[p * stride];
      int a = p * stride;
      int b = (p + m) * stride;
      int c = 2 * p * stride;
      int d = c + stride;
      for (int q = 0; q < stride; q++) {
        float sumRe = xr[a + q] + xr[b + q];
        float sumIm = xi[a + q] + xi[b + q];
        float diffRe = xr[a + q] - xr[b + q];
        float diffIm = xi[a + q] - xi[b + q];
        yr[c + q] = sumRe;
        yi[c + q] = sumIm;
        yr[d + q] = diffRe * wr - diffIm * wi;
        yi[d + q] = diffRe * wi + diffIm * wr;
      }
    }
  }
}
