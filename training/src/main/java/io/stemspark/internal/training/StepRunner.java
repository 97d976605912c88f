package io.stemspark.internal.training;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * Computes training steps, on this machine or on many.
 *
 * @param <K> names batches
 */
public interface StepRunner<K extends BatchKey> {
  /**
   * The result of a call of {@link #fit}.
   *
   * @param loss mean absolute error per element, over all steps of all workers
   * @param suspects the batches to look at if the loss has diverged
   * @param computingSeconds time spent on steps, by all workers together
   * @param waitingSeconds time in which workers had no batch to work on, together
   */
  record Fit(double loss, Suspects suspects, double computingSeconds, double waitingSeconds) {
    /**
     * @param losses {@code [worker][step]}, mean absolute errors per element
     */
    public static Fit of(double[][] losses, double computingSeconds, double waitingSeconds) {
      double mean =
          Arrays.stream(losses).flatMapToDouble(Arrays::stream).average().orElse(Double.NaN);
      return new Fit(mean, Suspects.among(losses), computingSeconds, waitingSeconds);
    }
  }

  /**
   * The batches of the worker with the largest mean loss; or the first batch whose loss was NaN,
   * with the one before, whose step may have ruined the weights.
   *
   * @param loss that mean, or the loss that was NaN
   * @param first counted from 0 among the batches of the fit
   * @param last likewise
   */
  record Suspects(double loss, int first, int last) {
    private static Suspects among(double[][] losses) {
      int steps = losses[0].length;
      for (int step = 0; step < steps; step++) {
        for (int worker = 0; worker < losses.length; worker++) {
          if (!Double.isFinite(losses[worker][step])) {
            int batch = worker * steps + step;
            return new Suspects(losses[worker][step], step == 0 ? batch : batch - 1, batch);
          }
        }
      }
      Suspects loudest = new Suspects(Double.NEGATIVE_INFINITY, 0, 0);
      for (int worker = 0; worker < losses.length; worker++) {
        double mean = Arrays.stream(losses[worker]).average().orElse(Double.NaN);
        if (mean > loudest.loss) {
          loudest = new Suspects(mean, worker * steps, (worker + 1) * steps - 1);
        }
      }
      return loudest;
    }
  }

  /**
   * Fits the network to some batches. Workers share them, and their weights are averaged once, at
   * the end.
   *
   * @param batches keys of batches, in the order of training; a multiple of {@link #workers}, so
   *     that none of them counts for more than another
   */
  Fit fit(List<K> batches) throws IOException;

  /** The network as it stands after the last fit. */
  ComputationGraph network();

  /** How many steps are made at the same time. */
  int workers();

  /** The mean absolute error per element of the step that a network has just made. */
  static double loss(Model network, MultiDataSet batch) {
    INDArray truth = batch.getLabels(0);
    return network.score() / ((double) truth.length() / truth.size(0));
  }
}
