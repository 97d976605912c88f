package io.stemspark.separation;

import java.time.Duration;

/**
 * What the separation of one track did.
 *
 * @param samples samples per channel, of the mixture and of each stem
 * @param sampleRate of the mixture and of each stem, in Hz
 * @param times where the time went
 * @param clippedVocals samples of the vocals beyond full scale
 * @param clippedAccompaniment samples of the accompaniment beyond full scale
 */
public record SeparationResult(
    long samples, int sampleRate, StageTimes times, long clippedVocals, long clippedAccompaniment) {
  /** The same, with the time that it took to store the stems. */
  public SeparationResult storedIn(Duration time) {
    return new SeparationResult(
        samples, sampleRate, times.storedIn(time), clippedVocals, clippedAccompaniment);
  }

  /** Duration of the audio in seconds. */
  public double seconds() {
    return (double) samples / sampleRate;
  }
}
