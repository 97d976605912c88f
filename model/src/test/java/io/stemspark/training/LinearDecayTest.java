package io.stemspark.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.stemspark.patch.PatchConfig;
import io.stemspark.unet.Compute;
import io.stemspark.unet.UNetConfig;
import java.util.List;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.learning.config.Adam;

class LinearDecayTest {
  private static final LinearDecay DECAY = new LinearDecay(0.5, 100);

  @Test
  void fallsToZero() {
    assertThat(DECAY.valueAt(0, 0)).isEqualTo(0.5);
    assertThat(DECAY.valueAt(50, 3)).isEqualTo(0.25);
    assertThat(DECAY.valueAt(100, 0)).isZero();
    assertThat(DECAY.valueAt(101, 0)).isZero();
  }

  @Test
  void survivesDeeplearning4jsJson() {
    String json =
        Compute.TORCH
            .create(new UNetConfig(1, 1, List.of(2)), new PatchConfig(4, 4), new Adam(DECAY), 1)
            .getConfiguration()
            .toJson();
    assertThat(ComputationGraphConfiguration.fromJson(json).toJson()).isEqualTo(json);
    assertThat(json).contains("LinearDecay");
  }
}
