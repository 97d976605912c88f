package io.stemspark.internal.executor;

import io.stemspark.bundle.ModelBundle;
import io.stemspark.internal.gpu.Gpus;
import io.stemspark.internal.journal.TaskJournal;
import io.stemspark.internal.separation.Chunk;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.broadcast.Broadcast;

/** Makes the workers of a separation. */
public final class SeparationWorkers implements ChunkingFactory {
  private static final long serialVersionUID = 1;

  private final Broadcast<ModelBundle> bundle;
  private final SeparateTrack task;
  private final int cores;
  private final int coresPerTask;

  /**
   * @param cores of an executor
   * @param coresPerTask of them
   */
  public SeparationWorkers(
      Broadcast<ModelBundle> bundle, SeparateTrack task, int cores, int coresPerTask) {
    this.bundle = bundle;
    this.task = task;
    this.cores = cores;
    this.coresPerTask = coresPerTask;
  }

  /** Each task brings a thread; the others of an executor's cores are shared by its tasks. */
  @Override
  public SeparationWorkers sharedBy(int tasks) {
    int atOnce = Math.max(1, Math.min(tasks, cores / coresPerTask));
    SeparateTrack shared = task.withThreads(cores - atOnce + 1);
    return new SeparationWorkers(bundle, shared, cores, coresPerTask);
  }

  SeparateTrack task() {
    return task;
  }

  @Override
  public TrackWorker open(String attempt, TaskJournal ledger, Configuration configuration)
      throws IOException {
    return separator(Map.of(), attempt, ledger, configuration);
  }

  @Override
  public PieceWorker openPieces(String attempt, Configuration configuration) throws IOException {
    return new ChunkEstimator(
        bundle.value(), task, Gpus.ofTask(task.separation().engine()), attempt, configuration);
  }

  @Override
  public WorkerFactory joining(Map<String, List<Chunk>> pieces) {
    return (attempt, ledger, configuration) -> separator(pieces, attempt, ledger, configuration);
  }

  private TrackSeparator separator(
      Map<String, List<Chunk>> pieces,
      String attempt,
      TaskJournal ledger,
      Configuration configuration)
      throws IOException {
    return new TrackSeparator(
        bundle.value(),
        task,
        Gpus.ofTask(task.separation().engine()),
        pieces,
        attempt,
        ledger,
        seconds -> {},
        configuration);
  }
}
