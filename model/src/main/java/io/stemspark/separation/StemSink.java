package io.stemspark.separation;

import java.io.IOException;

/** Takes the stems of a track as they become ready, on the thread that separates. */
@FunctionalInterface
public interface StemSink {
  /**
   * Takes the next samples of all stems that are written, in the mixture's sample rate.
   *
   * @param stems {@code [stem][channel][time]}, in the order of {@link
   *     OutputConfig.StemSelection#stems}: of the default models vocals, then accompaniment
   * @param position of their first sample in the track
   * @param length samples per channel, counted from 0
   */
  void write(float[][][] stems, long position, int length) throws IOException;
}
