package io.stemspark.patch;

import static org.assertj.core.api.Assertions.assertThat;

import io.stemspark.spectrogram.Spectrogram;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PatcherTest {
  private static final PatchConfig CONFIG = new PatchConfig(16, 8);

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 15, 16, 17, 48, 100})
  void joinUndoesSplit(int frames) {
    Spectrogram spectrogram = random(frames, 8);
    Patcher patcher = new Patcher(CONFIG);
    List<Patch> patches = patcher.split(spectrogram);
    Spectrogram joined = patcher.join(patches, frames);
    assertThat(patches).hasSize((frames + 15) / 16);
    assertThat(joined.real()).isEqualTo(spectrogram.real());
    assertThat(joined.imag()).isEqualTo(spectrogram.imag());
  }

  @Test
  void patchesHoldTheLowestBins() {
    Spectrogram spectrogram = random(16, 33);
    Spectrogram content = new Patcher(CONFIG).split(spectrogram).get(0).content();
    assertThat(content.real()[3 * 8 + 7]).isEqualTo(spectrogram.real()[3 * 33 + 7]);
  }

  private static Spectrogram random(int frames, int bins) {
    Random random = new Random(frames);
    Spectrogram spectrogram = new Spectrogram(frames, bins);
    for (int i = 0; i < spectrogram.real().length; i++) {
      spectrogram.real()[i] = random.nextFloat();
      spectrogram.imag()[i] = random.nextFloat();
    }
    return spectrogram;
  }
}
