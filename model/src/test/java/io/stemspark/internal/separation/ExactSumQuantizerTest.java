package io.stemspark.internal.separation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.stemspark.audio.AudioException;
import io.stemspark.audio.AudioFormat;
import io.stemspark.audio.Container;
import io.stemspark.audio.Encoding;
import io.stemspark.audio.SampleFormat;
import io.stemspark.separation.OutputConfig;
import io.stemspark.separation.OutputConfig.BitDepth;
import io.stemspark.separation.OutputConfig.Clipping;
import io.stemspark.separation.OutputConfig.StemSelection;
import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ExactSumQuantizerTest {
  private static final float MOST = 32767 / 32768f;

  private final float[] mixture = {0.9f, -0.9f, 1.25f, 0.25f};
  private final float[] vocals = {-0.5f, 0.5f, 1.5f, 0.125f};
  private final float[] rest = new float[4];

  @Test
  void neitherStemClipsWhenVoiceAndRestAreOutOfPhase() throws IOException {
    ExactSumQuantizer split =
        new ExactSumQuantizer(SampleFormat.INT16, Clipping.LIMIT, StemPlans.VOICE);
    split.split(mixture, new float[][] {vocals}, rest, 4, 0);
    for (int i = 0; i < 4; i++) {
      assertThat(vocals[i] + rest[i]).isCloseTo(mixture[i], within(1 / 32768f));
      assertThat(rest[i]).isBetween(-1f, MOST);
      assertThat(vocals[i]).isBetween(-1f, MOST);
    }
    assertThat(split.clipped().get("vocals")).isEqualTo(1);
    assertThat(split.clipped().get("accompaniment")).isEqualTo(2);
  }

  @Test
  void aMixtureBeyondFullScaleIsSharedOutAsItIs() throws IOException {
    ExactSumQuantizer split =
        new ExactSumQuantizer(SampleFormat.INT16, Clipping.LIMIT, StemPlans.VOICE);
    float[] loud = {1.25f, -1.5f, 3, 0};
    float[] voice = {0.625f, -0.75f, 1.5f, 0};
    split.split(loud, new float[][] {voice}, rest, 4, 0);
    assertThat(voice[0]).isEqualTo(0.625f);
    assertThat(rest[0]).isEqualTo(0.625f);
    assertThat(voice[1] + rest[1]).isEqualTo(-1.5f);
    // Two stems hold twice full scale, and no more.
    assertThat(voice[2]).isEqualTo(MOST);
    assertThat(rest[2]).isEqualTo(MOST);
    assertThat(split.clipped().get("vocals")).isEqualTo(1);
    assertThat(split.clipped().get("accompaniment")).isEqualTo(1);
  }

  @Test
  void whatNobodyWillHearIsNeitherCountedNorRefused() throws IOException {
    ExactSumQuantizer split =
        new ExactSumQuantizer(SampleFormat.INT16, Clipping.REFUSE, StemPlans.VOICE_ALONE);
    split.split(new float[] {0.9f}, new float[][] {{-0.5f}}, rest, 1, 0);
    assertThat(split.clipped()).containsOnlyKeys("vocals");
    assertThatThrownBy(() -> split.split(new float[] {1}, new float[][] {{1.5f}}, rest, 1, 0))
        .isInstanceOf(AudioException.class)
        .hasMessageContaining("vocals");
  }

  /** A block in which something clips takes another path than one in which nothing does. */
  @ParameterizedTest
  @EnumSource(
      value = SampleFormat.class,
      names = {"INT16", "INT24"})
  void aSampleDoesNotDependOnItsNeighbours(SampleFormat format) throws IOException {
    Random random = new Random(1);
    int length = 100_000;
    double scale = format.scale();
    float[] mixture = new float[length + 1];
    float[] vocals = new float[length + 1];
    for (int i = 0; i < length; i++) {
      mixture[i] = 0.9f * (random.nextFloat() - 0.5f);
      // Every other sample lies between two steps.
      vocals[i] =
          i % 2 == 0
              ? random.nextFloat() - 0.5f
              : (float) ((Math.rint((random.nextFloat() - 0.5) * scale) + 0.5) / scale);
    }
    float[] alone = vocals.clone();
    float[] restAlone = new float[length];
    new ExactSumQuantizer(format, Clipping.LIMIT, StemPlans.VOICE)
        .split(mixture, new float[][] {alone}, restAlone, length, 0);
    mixture[length] = 2;
    float[] rest = new float[length + 1];
    ExactSumQuantizer split = new ExactSumQuantizer(format, Clipping.LIMIT, StemPlans.VOICE);
    split.split(mixture, new float[][] {vocals}, rest, length + 1, 0);
    assertThat(split.clipped().get("accompaniment")).isEqualTo(1);
    for (int i = 0; i < length; i++) {
      // The sign of a zero may differ.
      assertThat(alone[i] + 0f).isEqualTo(vocals[i] + 0f);
      assertThat(restAlone[i] + 0f).isEqualTo(rest[i] + 0f);
    }
  }

  @Test
  void floatsAreKept() throws IOException {
    ExactSumQuantizer split =
        new ExactSumQuantizer(SampleFormat.FLOAT32, Clipping.KEEP, StemPlans.VOICE);
    split.split(mixture, new float[][] {vocals}, rest, 4, 0);
    assertThat(vocals).containsExactly(-0.5f, 0.5f, 1.5f, 0.125f);
    assertThat(rest).containsExactly(1.4f, -1.4f, -0.25f, 0.125f);
    assertThat(split.clipped().get("vocals")).isEqualTo(1);
    assertThat(split.clipped().get("accompaniment")).isEqualTo(2);
  }

  @Test
  void refusalNamesStemAndSample() {
    ExactSumQuantizer split =
        new ExactSumQuantizer(SampleFormat.INT16, Clipping.REFUSE, StemPlans.VOICE);
    assertThatThrownBy(() -> split.split(mixture, new float[][] {vocals}, rest, 4, 1000))
        .isInstanceOf(AudioException.class)
        .hasMessage(
            "accompaniment: The stem would clip: sample 1000 is 1.400 of full scale, and clipping ="
                + " refuse is set.");
  }

  @ParameterizedTest
  @CsvSource({
    "WAV,SOURCE,LIMIT,INT24,INT24",
    "WAV,INT16,LIMIT,FLOAT32,INT16",
    "WAV,SOURCE,KEEP,INT16,FLOAT32",
    "FLAC,SOURCE,LIMIT,FLOAT32,INT24",
    "MP3,INT16,LIMIT,INT16,FLOAT32"
  })
  void bitDepthFollowsTheSourceUnlessToldOtherwise(
      Container container,
      BitDepth bitDepth,
      Clipping clipping,
      SampleFormat source,
      SampleFormat stored) {
    OutputConfig output =
        new OutputConfig(
            StemSelection.ALL, Encoding.of(container), bitDepth, clipping, false, false);
    assertThat(output.formatFor(new AudioFormat(44_100, 2, source)).sampleFormat())
        .isEqualTo(stored);
  }

  @Test
  void flacHoldsNoFloats() {
    assertThatThrownBy(
            () ->
                new OutputConfig(
                    StemSelection.ALL,
                    Encoding.of(Container.FLAC),
                    BitDepth.SOURCE,
                    Clipping.KEEP,
                    false,
                    false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("flac, which holds no floats");
  }
}
