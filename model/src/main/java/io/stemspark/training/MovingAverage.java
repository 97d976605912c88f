package io.stemspark.training;

import java.util.Optional;
import java.util.function.Supplier;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * An exponential moving average of a network's parameters, running statistics among them. Until it
 * has seen as many steps as it looks back, it is the plain mean of what it has seen.
 */
final class MovingAverage {
  private final int memory;
  private INDArray mean;
  private long steps;

  /**
   * @param memory steps that it looks back; 0 for an average that is the last parameters
   */
  MovingAverage(int memory) {
    this.memory = memory;
  }

  /** Takes in the parameters as they stand after some more steps. */
  void add(INDArray parameters, int stepsSince) {
    if (memory == 0) {
      return;
    }
    steps += stepsSince;
    if (mean == null) {
      mean = parameters.dup('c');
      return;
    }
    double keep = Math.exp(-stepsSince / (double) Math.min(memory, steps));
    mean.muli(keep).addi(parameters.mul(1 - keep));
  }

  /** What to go on with after a restart; empty when there is nothing. */
  Optional<float[]> values() {
    return Optional.ofNullable(mean).map(values -> values.data().asFloat());
  }

  /** Takes up an average where it was left. */
  void restore(float[] values, long stepsSeen) {
    mean = Nd4j.createFromArray(values).reshape(1, values.length);
    steps = stepsSeen;
  }

  /** Does something with a network that has the average for its parameters. */
  <T> T with(ComputationGraph network, Supplier<T> work) {
    if (mean == null) {
      return work.get();
    }
    INDArray own = network.params().dup('c');
    network.setParams(mean);
    try {
      return work.get();
    } finally {
      network.setParams(own);
    }
  }
}
