package io.stemspark.internal.executor;

import io.stemspark.internal.corpus.Track;
import java.io.IOException;

/** Processes the tracks of a task, one after the other. Not thread-safe. */
public interface TrackWorker extends AutoCloseable {
  /** Processes a track, and enters its result into the journal, now or in {@link #finish}. */
  void process(Track track) throws IOException;

  /** Stores what is not stored yet. */
  default void finish() throws IOException {}

  @Override
  void close();
}
