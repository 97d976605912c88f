package io.stemspark.separation;

import java.io.IOException;

/** Takes the stems of a track as they become ready, on the thread that separates. */
@FunctionalInterface
public interface StemSink {
  /**
   * Takes the next samples of both stems, {@code [channel][time]}, in the mixture's sample rate.
   *
   * @param position of their first sample in the track
   * @param length samples per channel, counted from 0
   */
  void write(float[][] vocals, float[][] accompaniment, long position, int length)
      throws IOException;
}
