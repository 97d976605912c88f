package io.stemspark.benchmarks;

import org.jtransforms.fft.FloatFFT_1D;
import org.visnow.jlargearrays.ConcurrencyUtils;

/** JTransforms on one thread. Its packed spectra hold the real part of bin n/2 in element 1. */
final class JTransformsFourier implements Fourier {
  static {
    ConcurrencyUtils.setNumberOfThreads(1);
  }

  private final int half;
  private final FloatFFT_1D fft;
  private final float[] packed;

  JTransformsFourier(int size) {
    half = size / 2;
    fft = new FloatFFT_1D(size);
    packed = new float[size];
  }

  @Override
  public void forward(float[] frame, float[] real, float[] imag) {
    System.arraycopy(frame, 0, packed, 0, packed.length);
    fft.realForward(packed);
    for (int k = 1; k < half; k++) {
      real[k] = packed[2 * k];
      imag[k] = packed[2 * k + 1];
    }
    real[0] = packed[0];
    real[half] = packed[1];
    imag[0] = 0;
    imag[half] = 0;
  }

  @Override
  public void inverse(float[] real, float[] imag, float[] frame) {
    for (int k = 1; k < half; k++) {
      packed[2 * k] = real[k];
      packed[2 * k + 1] = imag[k];
    }
    packed[0] = real[0];
    packed[1] = real[half];
    fft.realInverse(packed, true);
    System.arraycopy(packed, 0, frame, 0, packed.length);
  }
}
