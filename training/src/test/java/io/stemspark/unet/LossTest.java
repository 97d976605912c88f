package io.stemspark.unet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class LossTest {
  private static final double[] MAGNITUDES = {0, 0.01, 0.5, 3, 250};

  @Test
  void estimatesAndTruthAreInTheSameMeasure() {
    for (Loss loss : Loss.values()) {
      INDArray estimate = loss.activation().getActivation(Nd4j.createFromArray(MAGNITUDES), true);
      for (int i = 0; i < MAGNITUDES.length; i++) {
        float truth = loss.of((float) MAGNITUDES[i]);
        assertThat(estimate.getDouble(i)).as(loss.name()).isCloseTo(truth, within(1e-6));
      }
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
