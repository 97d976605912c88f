package io.stemspark.spectrogram;

/** Takes samples as they become final. */
@FunctionalInterface
public interface SampleSink {
  /**
   * Takes the next samples of all channels.
   *
   * @param samples {@code [channel][time]}, reused by the caller after the call
   * @param from index of the first sample
   * @param length samples per channel
   */
  void samples(float[][] samples, int from, int length);
}
