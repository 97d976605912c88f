package io.stemspark.separation;

/** Estimates which share of each element of a mixture's spectrogram is voice. Thread-safe. */
public interface MaskEstimator extends AutoCloseable {
  /**
   * Estimates masks.
   *
   * @param magnitudes (patches, frames, bins), in this order
   * @param patches number of patches
   * @return masks of the same shape and order, from 0 to 1
   */
  float[] estimate(float[] magnitudes, int patches);

  @Override
  void close();
}
