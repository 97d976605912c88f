package io.stemspark.internal.export;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNoException;

import io.stemspark.network.UNetConfig;
import java.util.List;
import org.junit.jupiter.api.Test;

class TrainedWeightsTest {
  @Test
  void aNetworkThatABundleHasNoRoomForIsRefused() {
    UNetConfig large = new UNetConfig(1, 1, List.of(100, 200, 400, 800));
    assertThatNoException().isThrownBy(() -> TrainedWeights.requireEncodable(large));
    UNetConfig tooLarge = new UNetConfig(1, 1, List.of(120, 240, 480, 960));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TrainedWeights.requireEncodable(tooLarge))
        .withMessageStartingWith("stemspark.unet.features = [120, 240, 480, 960] makes 109")
        .withMessageEndingWith("Expected at most 89478484.");
  }
}
