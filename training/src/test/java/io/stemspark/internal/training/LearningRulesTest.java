package io.stemspark.internal.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.stemspark.network.UNetConfig;
import io.stemspark.patch.PatchConfig;
import io.stemspark.training.Optimizer;
import io.stemspark.training.TrainingBackend;
import io.stemspark.unet.Loss;
import io.stemspark.unet.UNetGraph.LearningRule;
import java.util.List;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.GradientUpdater;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.schedule.ISchedule;

class LearningRulesTest {
  private static final ISchedule SCHEDULE =
      LearningRules.schedule(new Optimizer(0.5, 0.1, 0, 0, false), 100);

  @Test
  void learningRateRisesAndFalls() {
    assertThat(SCHEDULE.valueAt(0, 0)).isCloseTo(0.05, within(1e-12));
    assertThat(SCHEDULE.valueAt(9, 0)).isEqualTo(0.5);
    assertThat(SCHEDULE.valueAt(10, 3)).isEqualTo(0.5);
    assertThat(SCHEDULE.valueAt(55, 0)).isCloseTo(0.25, within(1e-12));
    assertThat(SCHEDULE.valueAt(100, 0)).isZero();
    assertThat(SCHEDULE.valueAt(101, 0)).isZero();
  }

  @Test
  void theRuleSurvivesDeeplearning4jsJson() {
    LearningRule rule =
        new LearningRule(
            LearningRules.updater(new Optimizer(0.5, 0.1, 3, 0.01, false), 100),
            0.01,
            Loss.LOG_MAGNITUDE,
            false);
    String json =
        TrainingBackend.TORCH
            .create(new UNetConfig(1, 1, List.of(2)), new PatchConfig(4, 4), rule, 1)
            .getConfiguration()
            .toJson();
    assertThat(ComputationGraphConfiguration.fromJson(json).toJson()).isEqualTo(json);
    assertThat(json)
        .contains("WarmUpCosine")
        .contains("AdaptiveClipAdam")
        .contains("\"limit\" : 3.0")
        .contains("LogOnePlus");
  }

  @Test
  void ordinaryGradientsAreNotShortened() {
    INDArray limited =
        afterSteps(LearningRules.updater(new Optimizer(0.01, 0, 4, 0, false), 1000), 1);
    INDArray plain =
        afterSteps(new Adam(LearningRules.schedule(new Optimizer(0.01, 0, 0, 0, false), 1000)), 1);
    assertThat(limited).isEqualTo(plain);
  }

  /** One gradient that is a thousand times longer moves the weights for long after. */
  @Test
  void aGradientFarLongerThanUsualIsShortened() {
    IUpdater limiting = LearningRules.updater(new Optimizer(0.01, 0, 4, 0, false), 1000);
    assertThat(afterSteps(limiting, 1000)).isEqualTo(afterSteps(limiting, 1e6));
    double calm = afterSteps(limiting, 1).norm2Number().doubleValue();
    double shaken = afterSteps(limiting, 1000).norm2Number().doubleValue();
    assertThat(shaken).isLessThan(4 * calm);
  }

  /** Updates after 30 steps, of which the 25th had a gradient {@code factor} times as long. */
  private static INDArray afterSteps(IUpdater config, double factor) {
    int length = 8;
    Nd4j.getRandom().setSeed(5);
    INDArray state = Nd4j.zeros(1, config.stateSize(length));
    GradientUpdater<?> updater = config.instantiate(state, true);
    INDArray moved = Nd4j.zeros(1, length);
    for (int step = 0; step < 30; step++) {
      INDArray gradient = Nd4j.randn(1, length);
      if (step == 25) {
        gradient.muli(factor);
      }
      updater.applyUpdater(gradient, step, 0);
      moved.addi(gradient);
    }
    return moved;
  }
}
