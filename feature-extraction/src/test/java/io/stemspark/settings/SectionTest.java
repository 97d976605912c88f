package io.stemspark.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import io.stemspark.patch.PatchConfig;
import io.stemspark.spectrogram.StftConfig;
import io.stemspark.spectrogram.StftConfig.Window;
import org.junit.jupiter.api.Test;

class SectionTest {
  private static Section stft(String overrides) {
    return new Section(
        ConfigFactory.parseString(overrides).withFallback(ConfigFactory.defaultReference()),
        "stemspark.stft");
  }

  @Test
  void defaultsAreValid() {
    assertThat(StftConfig.from(stft("")))
        .isEqualTo(new StftConfig(44_100, 4096, 1024, Window.HANN));
    assertThat(PatchConfig.from(new Section(ConfigFactory.defaultReference(), "stemspark.patch")))
        .isEqualTo(new PatchConfig(128, 1024));
  }

  @Test
  void namesPlaceKeyValueAndRangeOfAValueOutOfRange() {
    assertThatThrownBy(() -> StftConfig.from(stft("\n\nstemspark.stft.sample-rate = 3")))
        .isInstanceOf(SettingException.class)
        .hasMessage(
            "String: 3: stemspark.stft.sample-rate = 3. "
                + "Expected a whole number from 1000 to 768000.");
  }

  @Test
  void namesAValueThatDoesNotFitAnother() {
    assertThatThrownBy(() -> StftConfig.from(stft("stemspark.stft.hop-length = 3000")))
        .isInstanceOf(SettingException.class)
        .hasMessageContaining("hop-length = 3000")
        .hasMessageContaining(
            "3000. The hop length is 3000. Expected one at which hann windows overlap well, such as"
                + " 1024.");
  }

  @Test
  void namesAWrongType() {
    assertThatThrownBy(() -> StftConfig.from(stft("stemspark.stft.fft-size = big")))
        .isInstanceOf(SettingException.class)
        .hasMessageContaining("stemspark.stft.fft-size = \"big\". Expected a whole number");
  }
}
