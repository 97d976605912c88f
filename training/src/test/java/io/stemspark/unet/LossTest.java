package io.stemspark.unet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.ILossFunction;

class LossTest {
  private static final double[] MAGNITUDES = {0, 0.01, 0.5, 3, 250};

  @Test
  void estimatesAndTruthAreInTheSameMeasure() {
    for (Loss loss : Loss.values()) {
      INDArray estimate = loss.activation().getActivation(Nd4j.createFromArray(MAGNITUDES), true);
      for (int i = 0; i < MAGNITUDES.length; i++) {
        float truth = loss.target(0, (float) MAGNITUDES[i], 0, 300);
        assertThat(estimate.getDouble(i)).as(loss.name()).isCloseTo(truth, within(1e-6));
      }
    }
  }

  /** A voice of magnitude 2 at several angles to a mixture of magnitude 5 or 1. */
  @Test
  void aPhaseSensitiveTargetIsWhatAMaskCanKeep() {
    for (double turn : new double[] {0, 0.4, 3}) {
      float real = (float) Math.cos(turn);
      float imag = (float) Math.sin(turn);
      Loss loss = Loss.PHASE_SENSITIVE;
      assertThat(loss.target(2 * real, 2 * imag, 5 * real, 5 * imag)).isCloseTo(2, within(1e-6f));
      assertThat(loss.target(2 * real, 2 * imag, real, imag)).isCloseTo(1, within(1e-6f));
      assertThat(loss.target(2 * real, 2 * imag, -5 * imag, 5 * real)).isCloseTo(0, within(1e-6f));
      assertThat(loss.target(2 * real, 2 * imag, -5 * real, -5 * imag)).isZero();
      assertThat(loss.target(2 * real, 2 * imag, 0, 0)).isZero();
    }
    double turn = Math.PI / 3;
    assertThat(
            Loss.PHASE_SENSITIVE.target(
                2 * (float) Math.cos(turn), 2 * (float) Math.sin(turn), 5, 0))
        .isCloseTo(1, within(1e-6f));
  }

  /** Two patches of three positions and two channels. */
  @Test
  void aPatchCountsByTheLogarithmOfItsError() {
    INDArray truth = Nd4j.zeros(DataType.DOUBLE, 6, 2);
    INDArray estimate =
        Nd4j.createFromArray(new double[][] {{1, 2}, {0, 1}, {3, 1}, {10, 0}, {0, 0}, {0, 20}});
    ILossFunction loss = Loss.PATCH_ENERGY.function(3);
    IActivation identity = Loss.PATCH_ENERGY.activation();
    double soft = Math.log(1 + (1 + 4 + 1 + 9 + 1) / 6.0 / 0.1);
    double loud = Math.log(1 + (100 + 400) / 6.0 / 0.1);
    assertThat(loss.computeScore(truth, estimate, identity, null, false))
        .isCloseTo(6 * (soft + loud), within(1e-9));
    assertThat(loss.computeScoreArray(truth, estimate, identity, null).sum(1).toDoubleVector())
        .containsExactly(
            new double[] {2 * soft, 2 * soft, 2 * soft, 2 * loud, 2 * loud, 2 * loud},
            within(1e-9));
    INDArray gradient = loss.computeGradient(truth, estimate, identity, null);
    double step = 1e-6;
    for (int i = 0; i < estimate.length(); i++) {
      INDArray above = estimate.dup();
      above.putScalar(i / 2, i % 2, above.getDouble(i / 2, i % 2) + step);
      INDArray below = estimate.dup();
      below.putScalar(i / 2, i % 2, below.getDouble(i / 2, i % 2) - step);
      double difference =
          loss.computeScore(truth, above, identity, null, false)
              - loss.computeScore(truth, below, identity, null, false);
      assertThat(gradient.getDouble(i / 2, i % 2)).isCloseTo(difference / (2 * step), within(1e-6));
    }
  }

  @Test
  void gradientsAreThoseOfDifferences() {
    double step = 1e-6;
    IActivation measure = Loss.LOG_MAGNITUDE.activation();
    INDArray gradient =
        measure
            .backprop(
                Nd4j.createFromArray(MAGNITUDES), Nd4j.createFromArray(2.0, 2.0, 2.0, 2.0, 2.0))
            .getFirst();
    for (int i = 0; i < MAGNITUDES.length; i++) {
      double difference = (Math.log1p(MAGNITUDES[i] + step) - Math.log1p(MAGNITUDES[i])) / step;
      assertThat(gradient.getDouble(i)).isCloseTo(2 * difference, within(1e-5));
    }
  }
}
