package io.stemspark.training;

import java.io.IOException;
import java.util.List;
import java.util.OptionalInt;
import org.deeplearning4j.nn.graph.ComputationGraph;

/** Computes training steps, on this machine or on many. */
public interface Fitter {
  /**
   * What came of a call of {@link #fit}.
   *
   * @param loss mean absolute error per element, as far as the fitter knows it: over all steps, or
   *     over the last step of each worker
   * @param unsound which of the batches was the first whose loss was no number, counted from 0, if
   *     there was one
   * @param computingSeconds spent on steps, by all workers together
   * @param waitingSeconds in which workers had no batch to go on with, together
   */
  record Fit(double loss, OptionalInt unsound, double computingSeconds, double waitingSeconds) {}

  /**
   * Fits the network to some batches. Workers share them, and their weights are averaged once, at
   * the end.
   *
   * @param batches keys of batches, in the order of training; a multiple of {@link #workers}, so
   *     that none of them counts for more than another
   */
  Fit fit(List<String> batches) throws IOException;

  /** The network as it stands after the last fit. */
  ComputationGraph network();

  /** How many steps are made at the same time. */
  int workers();
}
