package io.stemspark.internal.executor;

import io.stemspark.internal.corpus.Track;
import io.stemspark.internal.journal.TaskJournal;
import java.io.IOException;
import java.io.Serializable;
import org.apache.hadoop.conf.Configuration;

/** Processes the tracks of a task, one after the other. Not thread-safe. */
public interface TrackWorker extends AutoCloseable {
  /** Processes a track, and enters its result into the journal, now or in {@link #finish}. */
  void process(Track track) throws IOException;

  /** Stores what is not stored yet. */
  default void finish() throws IOException {}

  @Override
  void close();

  /** Makes the workers of a job, in its executors. */
  @FunctionalInterface
  interface Factory extends Serializable {
    /**
     * Makes a task's worker.
     *
     * @param attempt name of the task's attempt; nothing else in the output folder's history has it
     * @param journal takes the results of the tracks
     * @param configuration reaches storage
     */
    TrackWorker open(String attempt, TaskJournal journal, Configuration configuration)
        throws IOException;
  }
}
