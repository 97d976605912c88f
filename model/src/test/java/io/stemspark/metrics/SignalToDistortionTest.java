package io.stemspark.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class SignalToDistortionTest {
  @Test
  void matchesClosedForm() {
    SignalToDistortion half = new SignalToDistortion();
    half.add(new float[] {1, -1, 2}, new float[] {0.5f, -0.5f, 1}, 3);
    assertThat(half.decibels()).isCloseTo(20 * Math.log10(2), within(1e-9));

    SignalToDistortion silence = new SignalToDistortion();
    silence.add(new float[] {3, 4}, new float[2], 2);
    assertThat(silence.decibels()).isZero();

    SignalToDistortion perfect = new SignalToDistortion();
    perfect.add(new float[] {1}, new float[] {1}, 1);
    assertThat(perfect.decibels()).isInfinite();
  }
}
