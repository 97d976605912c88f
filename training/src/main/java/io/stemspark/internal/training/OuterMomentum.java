package io.stemspark.internal.training;

import io.stemspark.internal.export.UNetParameters;
import io.stemspark.internal.export.UNetParameters.Parameter;
import io.stemspark.network.UNetConfig;
import io.stemspark.training.LocalSgdSchedule;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Nesterov momentum on what a round changes (DiLoCo, Douillard et al., 2023, 2311.08105). The
 * change of a round is d = w - mean, w being the weights before it and mean the average of the
 * workers'. Then m = momentum m + d, and the weights become w - rate (d + momentum m). Running
 * statistics are only averaged.
 */
final class OuterMomentum {
  private final double momentum;
  private final double rate;
  private final List<Parameter> learned;
  private float[] memory;

  OuterMomentum(LocalSgdSchedule schedule, UNetConfig unet) {
    this.momentum = schedule.outerMomentum();
    this.rate = schedule.outerRate();
    this.learned = new UNetParameters(unet).learned();
  }

  /** Whether weights stay the plain average. */
  private boolean isPlain() {
    return momentum == 0 && rate == 1;
  }

  /** The weights before a round; empty if nobody needs them. */
  Optional<float[]> before(ComputationGraph network) {
    return isPlain() ? Optional.empty() : Optional.of(values(network));
  }

  /**
   * Changes the average of a round.
   *
   * @param before what {@link #before} gave
   */
  void apply(Optional<float[]> before, ComputationGraph network) {
    if (before.isEmpty()) {
      return;
    }
    float[] old = before.get();
    float[] values = values(network);
    if (memory == null) {
      memory = new float[values.length];
    }
    for (Parameter parameter : learned) {
      int end = Math.toIntExact(parameter.offset() + parameter.size());
      for (int i = Math.toIntExact(parameter.offset()); i < end; i++) {
        float change = old[i] - values[i];
        memory[i] = (float) (momentum * memory[i] + change);
        values[i] = (float) (old[i] - rate * (change + momentum * memory[i]));
      }
    }
    network.setParams(Nd4j.createFromArray(values).reshape(1, values.length));
  }

  private static float[] values(ComputationGraph network) {
    return network.params().dup('c').data().asFloat();
  }

  /** The momentum, to resume from after a restart; empty when there is none. */
  Optional<float[]> memory() {
    return Optional.ofNullable(memory).map(float[]::clone);
  }

  /** Restores a saved momentum. */
  void restore(float[] saved) {
    memory = saved.clone();
  }
}
