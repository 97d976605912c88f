package io.stemspark.internal.training;

import java.util.Optional;
import java.util.function.Supplier;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** An exponential moving average of a network's parameters, including running statistics. */
final class WeightAverage {
  private final int memory;
  private INDArray mean;
  private long steps;

  /**
   * @param memory steps that it looks back; 0 for no average
   */
  WeightAverage(int memory) {
    this.memory = memory;
  }

  /** Adds the parameters after some more steps. */
  void add(INDArray parameters, int stepsSince) {
    if (memory == 0) {
      return;
    }
    steps += stepsSince;
    if (mean == null) {
      mean = parameters.dup('c');
      return;
    }
    // Early weights are the worst, so the average looks back over at most a tenth of all steps.
    double reach = Math.min(memory, steps / 10.0);
    double keep = Math.exp(-stepsSince / reach);
    mean.muli(keep).addi(parameters.mul(1 - keep));
  }

  /** The average, to resume from after a restart; empty when there is none. */
  Optional<float[]> values() {
    return Optional.ofNullable(mean).map(values -> values.data().asFloat());
  }

  /** Restores a saved average. */
  void restore(float[] values, long stepsSeen) {
    mean = Nd4j.createFromArray(values).reshape(1, values.length);
    steps = stepsSeen;
  }

  /** Does something while a network has the average as its parameters. */
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
