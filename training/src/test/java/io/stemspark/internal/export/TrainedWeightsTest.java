package io.stemspark.internal.export;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNoException;

import io.stemspark.network.UNetConfig;
import java.util.List;
import org.junit.jupiter.api.Test;

class TrainedWeightsTest {
  @Test
  void aNetworkThatABundleHasNoRoomForIsRefused() {
    UNetConfig large = new UNetConfig(1, 1, List.of(130, 260, 520, 1040));
    assertThatNoException().isThrownBy(() -> TrainedWeights.requireEncodable(large));
    UNetConfig tooLarge = new UNetConfig(1, 1, List.of(160, 320, 640, 1280));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TrainedWeights.requireEncodable(tooLarge))
        .withMessageStartingWith("stemspark.unet.features = [160, 320, 640, 1280] makes 19")
        .withMessageEndingWith("Expected at most 166666665.");
  }
}
