package io.stemspark.jobs.steps;

import io.stemspark.bundle.ModelBundle;
import io.stemspark.jobs.ledger.RunLedger;
import io.stemspark.separation.Piece;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.broadcast.Broadcast;

/** Makes the workers of a separation. */
public final class SeparationWorkers implements CuttingFactory {
  private static final long serialVersionUID = 1;

  private final Broadcast<ModelBundle> bundle;
  private final SeparationTask task;
  private final int cores;
  private final int coresPerTask;

  /**
   * @param cores of an executor
   * @param coresPerTask of them
   */
  public SeparationWorkers(
      Broadcast<ModelBundle> bundle, SeparationTask task, int cores, int coresPerTask) {
    this.bundle = bundle;
    this.task = task;
    this.cores = cores;
    this.coresPerTask = coresPerTask;
  }

  /** Each task brings a thread; the others of an executor's cores are shared by its tasks. */
  @Override
  public SeparationWorkers sharedBy(int tasks) {
    int atOnce = Math.max(1, Math.min(tasks, cores / coresPerTask));
    SeparationTask shared = task.withThreads(cores - atOnce + 1);
    return new SeparationWorkers(bundle, shared, cores, coresPerTask);
  }

  SeparationTask task() {
    return task;
  }

  @Override
  public TrackWorker open(String attempt, RunLedger ledger, Configuration configuration)
      throws IOException {
    return separator(Map.of(), attempt, ledger, configuration);
  }

  @Override
  public PieceWorker openPieces(String attempt, Configuration configuration) throws IOException {
    return new PieceEstimator(
        bundle.value(), task, Cards.ofTask(task.separation().engine()), attempt, configuration);
  }

  @Override
  public WorkerFactory joining(Map<String, List<Piece>> pieces) {
    return (attempt, ledger, configuration) -> separator(pieces, attempt, ledger, configuration);
  }

  private TrackSeparator separator(
      Map<String, List<Piece>> pieces,
      String attempt,
      RunLedger ledger,
      Configuration configuration)
      throws IOException {
    return new TrackSeparator(
        bundle.value(),
        task,
        Cards.ofTask(task.separation().engine()),
        pieces,
        attempt,
        ledger,
        seconds -> {},
        configuration);
  }
}
