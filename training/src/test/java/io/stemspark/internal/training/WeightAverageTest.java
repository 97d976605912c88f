package io.stemspark.internal.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class WeightAverageTest {
  private static INDArray array(float value) {
    return Nd4j.createFromArray(value, 2 * value).reshape(1, 2);
  }

  @Test
  void looksBackOverItsMemory() {
    WeightAverage average = new WeightAverage(100);
    for (int round = 0; round < 1000; round++) {
      average.add(array(0), 10);
    }
    for (int round = 0; round < 10; round++) {
      average.add(array(1), 10);
    }
    float expected = (float) (1 - Math.exp(-1));
    assertThat(average.values().orElseThrow()[0]).isCloseTo(expected, within(1e-5f));
    assertThat(average.values().orElseThrow()[1]).isCloseTo(2 * expected, within(1e-5f));
  }

  @Test
  void forgetsFreshWeightsSoon() {
    WeightAverage average = new WeightAverage(1_000_000);
    average.add(array(1000), 10);
    for (int round = 0; round < 100; round++) {
      average.add(array(1), 10);
    }
    assertThat(average.values().orElseThrow()[0]).isCloseTo(1, within(1e-3f));
  }

  @Test
  void withoutMemoryThereIsNone() {
    WeightAverage average = new WeightAverage(0);
    average.add(array(1), 10);
    assertThat(average.values()).isEmpty();
  }
}
