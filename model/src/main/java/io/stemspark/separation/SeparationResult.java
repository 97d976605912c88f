package io.stemspark.separation;

import java.time.Duration;

/**
 * What the separation of one track did.
 *
 * @param samples samples per channel, of the mixture and of each stem
 * @param sampleRate of the mixture and of each stem, in Hz
 * @param times where the time went
 * @param quality what the stems say about themselves
 */
public record SeparationResult(
    long samples, int sampleRate, StageTimes times, StemQuality quality) {
  /** The same, with the time that it took to store the stems. */
  public SeparationResult storedIn(Duration time) {
    return new SeparationResult(samples, sampleRate, times.storedIn(time), quality);
  }

  /** Duration of the audio in seconds. */
  public double seconds() {
    return (double) samples / sampleRate;
  }
}
