package io.stemspark.spectrogram;

/** Takes the frames of a transform, one by one. */
@FunctionalInterface
public interface FrameSink {
  /**
   * Takes the next frame of all channels.
   *
   * @param real {@code [channel][bin]}, reused by the caller after the call
   * @param imag {@code [channel][bin]}, reused by the caller after the call
   */
  void frame(float[][] real, float[][] imag);
}
