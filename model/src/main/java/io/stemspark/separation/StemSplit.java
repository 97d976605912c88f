package io.stemspark.separation;

import io.stemspark.audio.SampleFormat;

/**
 * Splits a mixture into vocals and the rest on the steps of a sample format, so that the two files
 * sum to the mixture exactly.
 *
 * <p>Rounding both stems on their own would lose up to a step. So the vocals are rounded, and the
 * accompaniment is the mixture's step minus theirs. Where the accompaniment would pass full scale
 * the vocals give way; neither stem clips, and nothing is rescaled.
 */
final class StemSplit {
  private final SampleFormat format;

  StemSplit(SampleFormat format) {
    this.format = format;
  }

  /** Replaces {@code vocals} by what the format can hold and fills {@code accompaniment}. */
  void split(float[] mixture, float[] vocals, float[] accompaniment, int length) {
    if (!format.isInteger()) {
      for (int i = 0; i < length; i++) {
        accompaniment[i] = mixture[i] - vocals[i];
      }
      return;
    }
    int scale = (int) format.scale();
    for (int i = 0; i < length; i++) {
      int mixed = clamp(Math.round(mixture[i] * scale), -scale, scale - 1);
      int least = Math.max(-scale, mixed - (scale - 1));
      int most = Math.min(scale - 1, mixed + scale);
      int voice = clamp(Math.round(vocals[i] * scale), least, most);
      vocals[i] = (float) voice / scale;
      accompaniment[i] = (float) (mixed - voice) / scale;
    }
  }

  private static int clamp(int value, int least, int most) {
    return Math.max(least, Math.min(most, value));
  }
}
