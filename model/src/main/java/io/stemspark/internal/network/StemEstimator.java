package io.stemspark.internal.network;

import io.stemspark.internal.audio.SampleQueue;
import java.util.List;

/** Estimates stems of a track, at the model's sample rate, as its samples come. Not thread-safe. */
public interface StemEstimator extends AutoCloseable {
  /**
   * Takes the next samples of the mixture.
   *
   * @param mixture {@code [channel][time]}
   */
  void push(float[][] mixture, int length);

  /** Ends the track: all of its stems are there then. */
  void finish();

  /** What has been estimated of each stem and not been taken yet; equally long. */
  List<SampleQueue> stems();

  /** Time that networks took. */
  long networkNanos();

  /** Time of the caller that went into what networks had given. */
  long maskingNanos();

  /** Time in which the caller had nothing to do but wait for networks. */
  long waitingNanos();

  @Override
  void close();
}
