package io.stemspark.benchmarks;

/** The plain short-time transform around another library's Fourier transform. */
final class TextbookStft {
  private final Fourier fourier;
  private final int hop;
  private final float[] window;
  private final float[] frame;
  private final float[] real;
  private final float[] imag;

  TextbookStft(Fourier fourier, int hop, float[] window) {
    this.fourier = fourier;
    this.hop = hop;
    this.window = window;
    this.frame = new float[window.length];
    this.real = new float[window.length / 2 + 1];
    this.imag = new float[real.length];
  }

  /** Transforms every whole frame of {@code samples}; returns the last frame's real parts. */
  float[] forward(float[] samples) {
    for (int start = 0; start + frame.length <= samples.length; start += hop) {
      System.arraycopy(samples, start, frame, 0, frame.length);
      for (int i = 0; i < frame.length; i++) {
        frame[i] *= window[i];
      }
      fourier.forward(frame, real, imag);
    }
    return real;
  }

  /**
   * Turns the last spectrum back for every frame of {@code sum}, overlap-adds the frames, and
   * divides by the windows' overlap.
   */
  float[] inverse(float[] sum, float[] overlap) {
    for (int start = 0; start + frame.length <= sum.length; start += hop) {
      fourier.inverse(real, imag, frame);
      for (int i = 0; i < frame.length; i++) {
        frame[i] *= window[i];
      }
      for (int i = 0; i < frame.length; i++) {
        sum[start + i] += frame[i];
      }
    }
    for (int i = 0; i < sum.length; i++) {
      sum[i] /= overlap[i];
    }
    return sum;
  }
}
