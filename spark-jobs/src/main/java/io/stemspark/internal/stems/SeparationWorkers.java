package io.stemspark.internal.stems;

import io.stemspark.bundle.ModelBundle;
import io.stemspark.internal.executor.TrackWorker;
import io.stemspark.internal.gpu.Gpus;
import io.stemspark.internal.journal.TaskJournal;
import io.stemspark.internal.separation.Chunk;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.broadcast.Broadcast;

/**
 * Makes the workers of a separation.
 *
 * @param cores number of cores of an executor
 * @param coresPerTask how many of them a task has
 */
public record SeparationWorkers(
    Broadcast<ModelBundle> bundle, SeparationContract task, int cores, int coresPerTask)
    implements TrackWorker.Factory {
  /**
   * The same for a stage of {@code tasks} tasks. Each task brings its own thread. All tasks of an
   * executor share its other cores.
   */
  public SeparationWorkers sharedBy(int tasks) {
    int atOnce = Math.max(1, Math.min(tasks, cores / coresPerTask));
    SeparationContract shared = task.withThreads(cores - atOnce + 1);
    return new SeparationWorkers(bundle, shared, cores, coresPerTask);
  }

  @Override
  public TrackWorker open(String attempt, TaskJournal journal, Configuration configuration) {
    return separator(Map.of(), attempt, journal, configuration);
  }

  /**
   * Makes a worker for chunks of long tracks.
   *
   * @param attempt as for {@link #open}
   */
  ChunkEstimator openChunks(String attempt, Configuration configuration) {
    return new ChunkEstimator(
        bundle.value(), task, Gpus.ofTask(task.separation().engine()), attempt, configuration);
  }

  /**
   * Makes workers that finish tracks whose chunks are done.
   *
   * @param chunks of each track, by its id
   */
  public TrackWorker.Factory joining(Map<String, List<Chunk>> chunks) {
    return (attempt, journal, configuration) -> separator(chunks, attempt, journal, configuration);
  }

  private TrackSeparator separator(
      Map<String, List<Chunk>> chunks,
      String attempt,
      TaskJournal journal,
      Configuration configuration) {
    return new TrackSeparator(
        bundle.value(),
        task,
        Gpus.ofTask(task.separation().engine()),
        chunks,
        attempt,
        journal,
        seconds -> {},
        configuration);
  }
}
