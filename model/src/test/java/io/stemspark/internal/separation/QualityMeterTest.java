package io.stemspark.internal.separation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.stemspark.audio.SampleFormat;
import io.stemspark.separation.OutputConfig.Clipping;
import io.stemspark.separation.StemQuality;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class QualityMeterTest {
  private static final int RATE = 8000;
  private static final int SECONDS = 10;

  private static float[] tone(double frequency, double amplitude) {
    float[] samples = new float[SECONDS * RATE];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = (float) (amplitude * Math.sin(2 * Math.PI * frequency * i / RATE));
    }
    return samples;
  }

  private static StemQuality measure(float[] vocals, float[] accompaniment, int block) {
    QualityMeter meter = new QualityMeter(StemPlans.VOICE, RATE, 2);
    float[][] noise = {new float[vocals.length], new float[vocals.length]};
    for (int from = 0; from < vocals.length; from += block) {
      int to = Math.min(vocals.length, from + block);
      float[] sung = Arrays.copyOfRange(vocals, from, to);
      float[] rest = Arrays.copyOfRange(accompaniment, from, to);
      float[][] band = {rest, noise[1]};
      meter.add(new float[][][] {{sung, noise[0]}, band}, band, to - from);
    }
    return meter.finish(new ExactSumQuantizer(SampleFormat.INT16, Clipping.LIMIT, StemPlans.VOICE));
  }

  @Test
  void tonesOfDifferentPitchHaveNothingInCommon() {
    StemQuality quality = measure(tone(440, 0.2), tone(1000, 0.4), 1000);
    assertThat(quality.vocalShare()).isCloseTo(0.2, within(1e-6)); // 0.04 of 0.04 + 0.16
    assertThat(quality.correlation()).isCloseTo(0, within(1e-6));
  }

  @Test
  void partsOfOneToneHaveAllInCommon() {
    assertThat(measure(tone(440, 0.3), tone(440, 0.1), 1000).correlation())
        .isCloseTo(1, within(1e-6));
    assertThat(measure(tone(440, 0.3), tone(440, -0.1), 1000).correlation())
        .isCloseTo(-1, within(1e-6));
  }

  @Test
  void whoSingsForASecondSings() {
    float[] vocals = tone(440, 0.2);
    Arrays.fill(vocals, RATE, vocals.length, 0);
    assertThat(measure(vocals, tone(1000, 0.1), 1000).noVoice()).isLessThan(0.05);
  }

  @Test
  void leakageIsNoVoice() {
    assertThat(measure(tone(440, 0.02), tone(1000, 0.2), 1000).noVoice()).isGreaterThan(0.95);
  }

  @Test
  void silenceIsNoVoice() {
    StemQuality quality = measure(new float[RATE], new float[RATE], 1000);
    assertThat(quality.noVoice()).isGreaterThan(0.99);
    assertThat(quality.vocalShare()).isZero();
    assertThat(quality.correlation()).isZero();
    assertThat(measure(new float[0], new float[0], 1000)).isEqualTo(quality);
  }

  @Test
  void blocksDoNotMatter() {
    StemQuality one = measure(tone(440, 0.2), tone(450, 0.1), 1000);
    StemQuality other = measure(tone(440, 0.2), tone(450, 0.1), 333);
    assertThat(other.vocalShare()).isCloseTo(one.vocalShare(), within(1e-12));
    assertThat(other.correlation()).isCloseTo(one.correlation(), within(1e-12));
    assertThat(other.noVoice()).isEqualTo(one.noVoice());
  }
}
