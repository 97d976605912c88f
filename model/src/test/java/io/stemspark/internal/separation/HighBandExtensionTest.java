package io.stemspark.internal.separation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HighBandExtensionTest {
  private static final int MODEL_RATE = 8000;
  private static final int RATE = 12_000;
  private static final int HOP = 80;
  private static final int FRAMES = 21;
  private static final int LENGTH = RATE * HOP / MODEL_RATE * (FRAMES - 1);

  private final float[] mixture = random(LENGTH);

  private static float[] random(int length) {
    Random random = new Random(5);
    float[] samples = new float[length];
    for (int i = 0; i < length; i++) {
      samples[i] = random.nextFloat() - 0.5f;
    }
    return samples;
  }

  private static HighBandExtension extension(float... shares) {
    HighBandExtension extension = new HighBandExtension(1, MODEL_RATE, RATE, HOP);
    for (int frame = 0; frame < FRAMES; frame++) {
      extension.frame(new float[] {shares[Math.min(frame, shares.length - 1)]});
    }
    return extension;
  }

  @Test
  void theWholeShareGivesTheMixtureAndNoneGivesNothing() {
    float[][] voice = new float[1][LENGTH];
    extension(1).addTo(voice, new float[][] {mixture}, 0, LENGTH);
    assertThat(voice[0]).isEqualTo(mixture);
    voice = new float[1][LENGTH];
    extension(0).addTo(voice, new float[][] {mixture}, 0, LENGTH);
    assertThat(voice[0]).containsOnly(0);
  }

  @Test
  void whatIsTakenAtTheModelsRateIsWhatIsAdded() {
    float[] seen = random(HOP * (FRAMES - 1));
    float[][] voice = {seen.clone()};
    extension(1).takeFrom(voice, new float[][] {seen}, 0, seen.length);
    assertThat(voice[0]).containsOnly(0);
  }

  @Test
  void sharesRunStraightFromFrameToFrame() {
    float[] ones = new float[LENGTH];
    Arrays.fill(ones, 1);
    float[][] voice = new float[1][LENGTH];
    extension(0, 1, 0.5f).addTo(voice, new float[][] {ones}, 0, LENGTH);
    int frame = RATE * HOP / MODEL_RATE;
    assertThat(voice[0][0]).isZero();
    assertThat(voice[0][frame / 2]).isEqualTo(0.5f, within(1e-6f));
    assertThat(voice[0][frame]).isEqualTo(1f, within(1e-6f));
    assertThat(voice[0][frame + frame / 2]).isEqualTo(0.75f, within(1e-6f));
    assertThat(voice[0][LENGTH - 1]).isEqualTo(0.5f);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 119, 121, 1000})
  void blocksGiveWhatTheWholeGives(int block) {
    float[] shares = random(FRAMES);
    float[][] whole = new float[1][LENGTH];
    extension(shares).addTo(whole, new float[][] {mixture}, 0, LENGTH);
    HighBandExtension extension = extension(shares);
    float[] parts = new float[LENGTH];
    for (int at = 0; at < LENGTH; at += block) {
      int length = Math.min(block, LENGTH - at);
      float[][] voice = new float[1][length];
      float[][] part = {Arrays.copyOfRange(mixture, at, at + length)};
      extension.addTo(voice, part, at, length);
      System.arraycopy(voice[0], 0, parts, at, length);
    }
    assertThat(parts).isEqualTo(whole[0]);
  }
}
