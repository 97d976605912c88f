package io.stemspark.internal.ffmpeg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.stemspark.audio.AudioFormat;
import io.stemspark.audio.SampleFormat;
import io.stemspark.internal.audio.Loudness;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LoudnessMeterTest {
  /**
   * Test signals of EBU Tech 3341: a stereo tone of 1 kHz is as loud as its level. Of six channels,
   * the fourth does not count, and the last two count 1.41 times (ITU-R BS.1770).
   */
  @ParameterizedTest
  @CsvSource({
    "48000, 2, -23, -23", "48000, 2, -33, -33", "44100, 2, -23, -23", "8000, 2, -20, -20",
    "96000, 2, -23, -23", "192000, 2, -23, -23", "44100, 1, -20, -23", "48000, 6, -23, -18.36"
  })
  void aToneIsAsLoudAsItsLevel(int rate, int channels, double level, double expected)
      throws IOException {
    Loudness loudness = measure(rate, channels, level, 20);
    assertThat(loudness.integrated()).isCloseTo(expected, within(0.1));
    assertThat(loudness.truePeak()).isCloseTo(level, within(0.3));
    assertThat(loudness.range()).isCloseTo(0, within(0.1));
  }

  @Test
  void silenceHasNoLoudness() throws IOException {
    for (int seconds : new int[] {0, 1, 10}) {
      Loudness loudness = measure(44_100, 2, -200, seconds);
      assertThat(loudness.isSilent()).isTrue();
      assertThat(loudness.truePeak()).isLessThan(-190);
    }
  }

  private static Loudness measure(int rate, int channels, double level, int seconds)
      throws IOException {
    float[][] samples = new float[channels][rate];
    for (int i = 0; i < rate; i++) {
      float value = (float) (Math.pow(10, level / 20) * Math.sin(2 * Math.PI * 1000 * i / rate));
      for (float[] channel : samples) {
        channel[i] = value;
      }
    }
    try (LoudnessMeter meter =
        new LoudnessMeter(new AudioFormat(rate, channels, SampleFormat.FLOAT32))) {
      for (int second = 0; second < seconds; second++) {
        meter.add(samples, rate);
      }
      return meter.finish();
    }
  }
}
