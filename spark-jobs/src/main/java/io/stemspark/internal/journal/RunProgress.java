package io.stemspark.internal.journal;

import java.io.Serializable;

/** Receives the result of every track during a run, in the process that made it. */
@FunctionalInterface
public interface RunProgress extends Serializable {
  RunProgress NONE = (outcome, bytes) -> {};

  /**
   * Adds a track.
   *
   * @param bytes size of its files that were read
   */
  void add(TrackResult outcome, long bytes);
}
