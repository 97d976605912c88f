package io.stemspark.internal.executor;

import io.stemspark.internal.journal.TaskJournal;
import java.io.IOException;
import java.io.Serializable;
import org.apache.hadoop.conf.Configuration;

/** Makes the workers of a job, in its executors. */
@FunctionalInterface
public interface WorkerFactory extends Serializable {
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
