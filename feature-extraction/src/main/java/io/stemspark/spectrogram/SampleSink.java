package io.stemspark.spectrogram;

/** Takes samples as they become final. */
@FunctionalInterface
public interface SampleSink {
  /**
   * @param samples reused by the caller after the call
   * @param from index of the first sample
   * @param length number of samples
   */
  void samples(float[] samples, int from, int length);
}
