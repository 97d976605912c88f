package io.stemspark.bundle;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNoException;

import io.stemspark.unet.UNetConfig;
import java.util.List;
import org.junit.jupiter.api.Test;

class WeightsTest {
  @Test
  void aNetworkThatABundleHasNoRoomForIsRefused() {
    UNetConfig large = new UNetConfig(1, 1, List.of(150, 300, 600, 1200));
    assertThatNoException().isThrownBy(() -> Weights.requireEncodable(large));
    UNetConfig tooLarge = new UNetConfig(1, 1, List.of(160, 320, 640, 1280));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Weights.requireEncodable(tooLarge))
        .withMessageStartingWith("stemspark.unet.features = [160, 320, 640, 1280] makes 193957281")
        .withMessageEndingWith("at most 178956969 were expected");
  }
}
