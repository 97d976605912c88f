package io.stemspark.benchmarks;

/** Another library's Fourier transform of real frames, with planar spectra as ours. */
interface Fourier {
  /** X[k] = sum over t of x[t] exp(-2 pi i k t / n), for k from 0 to n/2. */
  void forward(float[] frame, float[] real, float[] imag);

  /** The inverse of {@link #forward}. */
  void inverse(float[] real, float[] imag, float[] frame);
}
