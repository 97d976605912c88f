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

  public SeparationWorkers(Broadcast<ModelBundle> bundle, SeparationTask task) {
    this.bundle = bundle;
    this.task = task;
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
