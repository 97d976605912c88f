package io.stemspark.internal.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.stemspark.internal.export.UNetParameters;
import io.stemspark.internal.export.UNetParameters.Parameter;
import io.stemspark.network.UNetConfig;
import io.stemspark.patch.PatchConfig;
import io.stemspark.training.LocalSgdSchedule;
import io.stemspark.unet.UNetGraph;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.NoOp;

class OuterMomentumTest {
  private static final UNetConfig UNET = new UNetConfig(1, 1, List.of(2));

  private static ComputationGraph network() {
    return UNetGraph.create(UNET, new PatchConfig(4, 4), new NoOp(), 1, DataType.FLOAT);
  }

  private static OuterMomentum momentum(double momentum, double rate) {
    return new OuterMomentum(new LocalSgdSchedule(1, 1, 0, momentum, rate), UNET);
  }

  /** A round in which all workers subtract as much from every parameter. */
  private static void round(OuterMomentum momentum, ComputationGraph network, double change) {
    Optional<float[]> before = momentum.before(network);
    network.params().subi(change);
    momentum.apply(before, network);
  }

  private static double moved(ComputationGraph network, Parameter parameter) {
    double start = parameter.of(network().params()).getDouble(0);
    return start - parameter.of(network.params()).getDouble(0);
  }

  /** m = 0.5 m + d, and weights move by 0.8 (d + 0.5 m). */
  @Test
  void roundsGoOnInTheDirectionOfThoseBefore() {
    ComputationGraph network = network();
    OuterMomentum momentum = momentum(0.5, 0.8);
    round(momentum, network, 0.1);
    round(momentum, network, 0.2);
    double first = 0.8 * (0.1 + 0.5 * 0.1);
    double second = 0.8 * (0.2 + 0.5 * (0.5 * 0.1 + 0.2));
    for (Parameter parameter : new UNetParameters(UNET).all()) {
      // Running statistics are averaged: a variance must not swing below zero.
      assertThat(moved(network, parameter))
          .as(parameter.key())
          .isCloseTo(parameter.kind().learned() ? first + second : 0.3, within(1e-5));
    }
  }

  @Test
  void noneIsThePlainAverage() {
    ComputationGraph network = network();
    OuterMomentum none = momentum(0, 1);
    assertThat(none.before(network)).isEmpty();
    round(none, network, 0.1);
    assertThat(none.memory()).isEmpty();
    assertThat(network.params()).isEqualTo(network().params().sub(0.1));
  }
}
