package io.stemspark.internal.training;

import java.util.Optional;
import java.util.function.Supplier;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** An exponential moving average of a network's parameters, running statistics among them. */
final class WeightAverage {
  private final int memory;
  private INDArray mean;
  private long steps;

  /**
   * @param memory steps that it looks back; 0 for an average that is the last parameters
   */
  WeightAverage(int memory) {
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
    // What was learned first is worst: it looks back no further than over a tenth of all steps.
    double reach = Math.min(memory, steps / 10.0);
    double keep = Math.exp(-stepsSince / reach);
    mean.muli(keep).addi(parameters.mul(1 - keep));
  }

  /** What to resume from after a restart; empty when there is nothing. */
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
