package io.stemspark.spectrogram;

/** Takes the frames of a transform, one by one. */
@FunctionalInterface
public interface FrameSink {
  /**
   * @param real bins values, reused by the caller after the call
   * @param imag bins values, reused by the caller after the call
   */
  void frame(float[] real, float[] imag);
}
