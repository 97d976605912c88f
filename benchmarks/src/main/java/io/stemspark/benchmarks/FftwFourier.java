package io.stemspark.benchmarks;

import static org.bytedeco.fftw.global.fftw3.FFTW_MEASURE;
import static org.bytedeco.fftw.global.fftw3.fftwf_alloc_complex;
import static org.bytedeco.fftw.global.fftw3.fftwf_alloc_real;
import static org.bytedeco.fftw.global.fftw3.fftwf_execute;
import static org.bytedeco.fftw.global.fftw3.fftwf_plan_dft_c2r_1d;
import static org.bytedeco.fftw.global.fftw3.fftwf_plan_dft_r2c_1d;

import org.bytedeco.fftw.global.fftw3.fftwf_plan;
import org.bytedeco.javacpp.FloatPointer;

/** FFTW with measured plans, single precision, on one thread. */
final class FftwFourier implements Fourier {
  private final int size;
  private final int bins;
  private final FloatPointer time;
  private final FloatPointer spectrum;
  private final fftwf_plan forward;
  private final fftwf_plan inverse;
  private final float[] interleaved;

  FftwFourier(int size) {
    this.size = size;
    this.bins = size / 2 + 1;
    this.time = fftwf_alloc_real(size);
    this.spectrum = fftwf_alloc_complex(bins);
    this.forward = fftwf_plan_dft_r2c_1d(size, time, spectrum, FFTW_MEASURE);
    this.inverse = fftwf_plan_dft_c2r_1d(size, spectrum, time, FFTW_MEASURE);
    this.interleaved = new float[2 * bins];
  }

  /** FFTW alone: no sample enters or leaves its memory. */
  void executeForward() {
    fftwf_execute(forward);
  }

  /** FFTW alone: no sample enters or leaves its memory. */
  void executeInverse() {
    fftwf_execute(inverse);
  }

  @Override
  public void forward(float[] frame, float[] real, float[] imag) {
    time.put(frame, 0, size);
    fftwf_execute(forward);
    spectrum.get(interleaved, 0, 2 * bins);
    for (int k = 0; k < bins; k++) {
      real[k] = interleaved[2 * k];
      imag[k] = interleaved[2 * k + 1];
    }
  }

  @Override
  public void inverse(float[] real, float[] imag, float[] frame) {
    for (int k = 0; k < bins; k++) {
      interleaved[2 * k] = real[k];
      interleaved[2 * k + 1] = imag[k];
    }
    spectrum.put(interleaved, 0, 2 * bins);
    fftwf_execute(inverse);
    time.get(frame, 0, size);
    float scale = 1f / size;
    for (int i = 0; i < size; i++) {
      frame[i] *= scale;
    }
  }
}
