package io.stemspark.training;

import java.io.IOException;
import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;

/** Computes training steps, on this machine or on many. */
public interface Fitter {
  /**
   * Fits the network to some batches.
   *
   * @param batches keys of batches, in the order of training
   * @return the mean absolute error per element, as far as the fitter knows it: over all steps, or
   *     over the last step of each worker
   */
  double fit(List<String> batches) throws IOException;

  /** The network as it stands after the last fit. */
  ComputationGraph network();

  /** Batches that one call of {@link #fit} should get; the last of an epoch may be shorter. */
  int batchesPerRound();
}
