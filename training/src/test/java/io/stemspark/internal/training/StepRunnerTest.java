package io.stemspark.internal.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.stemspark.internal.training.StepRunner.Fit;
import io.stemspark.internal.training.StepRunner.Suspects;
import org.junit.jupiter.api.Test;

class StepRunnerTest {
  private static Fit fit(double[]... losses) {
    return Fit.of(losses, 1, 0);
  }

  @Test
  void theWorkerWithTheLargestMeanIsSuspect() {
    Fit fit = fit(new double[] {1, 3}, new double[] {1, 51}, new double[] {20, 4});
    assertThat(fit.loss()).isEqualTo(80.0 / 6);
    assertThat(fit.suspects()).isEqualTo(new Suspects(26, 2, 3));
  }

  /** What a worker does after its first loss that is NaN has none either. */
  @Test
  void theFirstLossThatIsNoNumberIsSuspectAndTheStepBefore() {
    double nan = Double.NaN;
    Fit fit = fit(new double[] {1, 2, nan}, new double[] {1, nan, nan});
    assertThat(fit.loss()).isNaN();
    assertThat(fit.suspects()).isEqualTo(new Suspects(nan, 3, 4));
    Fit inItsFirstStep = fit(new double[] {1, 2}, new double[] {nan, nan});
    assertThat(inItsFirstStep.suspects()).isEqualTo(new Suspects(nan, 2, 2));
    double infinite = Double.POSITIVE_INFINITY;
    assertThat(fit(new double[] {infinite}).suspects()).isEqualTo(new Suspects(infinite, 0, 0));
  }
}
