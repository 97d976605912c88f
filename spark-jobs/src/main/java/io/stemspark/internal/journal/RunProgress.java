package io.stemspark.internal.journal;

import java.io.Serializable;

/** Is told of every track while a run goes on, in whatever process. */
@FunctionalInterface
public interface RunProgress extends Serializable {
  RunProgress NONE = (outcome, bytes) -> {};

  /**
   * Takes note of a track.
   *
   * @param bytes size of what was read of it
   */
  void add(TrackResult outcome, long bytes);
}
