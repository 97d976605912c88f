package io.stemspark.internal.training;

import java.io.IOException;
import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;

/** A fitter to whose rounds something happens. */
final class ChangedStepRunner<K extends BatchKey> implements StepRunner<K> {
  private final StepRunner<K> fitter;
  private final Change change;
  private int rounds;

  /** What comes of a round. */
  @FunctionalInterface
  interface Change {
    /**
     * Changes a round that has been fitted.
     *
     * @param round its number, from 1
     */
    Fit after(Fit fit, int round);
  }

  ChangedStepRunner(StepRunner<K> fitter, Change change) {
    this.fitter = fitter;
    this.change = change;
  }

  @Override
  public Fit fit(List<K> batches) throws IOException {
    Fit fit = fitter.fit(batches);
    rounds++;
    return change.after(fit, rounds);
  }

  @Override
  public ComputationGraph network() {
    return fitter.network();
  }

  @Override
  public int workers() {
    return fitter.workers();
  }
}
