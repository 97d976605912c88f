package io.stemspark.internal.segments;

/** A network's estimate of the stems of a segment. Not thread-safe. */
interface SegmentNetwork extends AutoCloseable {
  /**
   * Estimates the stems of a segment.
   *
   * @param segment {@code [channel][time]}
   * @param stems {@code [stem][channel][time]}, filled here
   */
  void estimate(float[][] segment, float[][][] stems);

  @Override
  void close();
}
