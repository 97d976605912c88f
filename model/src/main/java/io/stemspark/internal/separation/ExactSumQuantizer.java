package io.stemspark.internal.separation;

import io.stemspark.audio.AudioException;
import io.stemspark.audio.AudioFormat;
import io.stemspark.audio.Container;
import io.stemspark.audio.SampleFormat;
import io.stemspark.network.Stem;
import io.stemspark.separation.OutputConfig;
import io.stemspark.separation.OutputConfig.Clipping;
import io.stemspark.separation.OutputConfig.StemSelection;

/**
 * Splits a mixture into vocals and the rest on the steps of a sample format, so that the two files
 * sum to the mixture exactly.
 *
 * <p>Rounding both stems on their own would lose up to a step. So the vocals are rounded, and the
 * accompaniment is the mixture's step minus theirs. Where one of the two would pass full scale the
 * other gives way, so that they sum to the mixture as long as that is possible, which is up to
 * twice full scale; nothing is rescaled. Not thread-safe.
 */
final class ExactSumQuantizer {
  private static final float INTEGERS = 1 << 23;

  private final SampleFormat format;
  private final Clipping clipping;
  private final StemSelection written;
  private final boolean integer;
  private final double least;
  private final double most;
  private long clippedVocals;
  private long clippedAccompaniment;

  /** Rounds the stems of a mixture of this format as an output has them. */
  static ExactSumQuantizer of(OutputConfig output, AudioFormat mixture) {
    SampleFormat format = output.formatFor(mixture).sampleFormat();
    boolean holdsAll = output.encoding().container() == Container.WAV && !format.isInteger();
    boolean keeps = holdsAll && output.clipping() == Clipping.LIMIT;
    return new ExactSumQuantizer(format, keeps ? Clipping.KEEP : output.clipping(), output.stems());
  }

  /**
   * @param clipping for samples beyond full scale; integers cannot keep them
   * @param written stems that are written; samples of the others are neither counted nor refused
   */
  ExactSumQuantizer(SampleFormat format, Clipping clipping, StemSelection written) {
    this.format = format;
    this.clipping = clipping;
    this.written = written;
    this.integer = format.isInteger();
    this.least = -format.scale();
    this.most = format.isInteger() ? format.scale() - 1 : 1;
  }

  /** Samples of the vocals that were beyond full scale before they were limited. */
  long clippedVocals() {
    return clippedVocals;
  }

  /** Samples of the accompaniment that were beyond full scale before they were limited. */
  long clippedAccompaniment() {
    return clippedAccompaniment;
  }

  /**
   * Replaces {@code vocals} by what the format can hold and fills {@code accompaniment}.
   *
   * @param position index of the first sample in the track, for messages
   */
  void split(float[] mixture, float[] vocals, float[] accompaniment, int length, long position)
      throws AudioException {
    if (integer && staysInRange(mixture, vocals, accompaniment, length)) {
      roundAll(vocals, length);
      multiply(accompaniment, 1 / format.scale(), length);
    } else {
      splitOneByOne(mixture, vocals, accompaniment, length, position);
    }
  }

  /** Fills the accompaniment, in steps; returns whether everything is within full scale. */
  private boolean staysInRange(float[] mixture, float[] vocals, float[] accompaniment, int length) {
    float scale = format.scale();
    float peak = 0;
    for (int i = 0; i < length; i++) {
      float voice = rounded(vocals[i] * scale);
      float mixed = rounded(mixture[i] * scale);
      float rest = mixed - voice;
      accompaniment[i] = rest;
      float loudest = Math.max(Math.abs(voice), Math.abs(rest));
      peak = Math.max(peak, Math.max(Math.abs(mixed), loudest));
    }
    return peak <= most;
  }

  private void roundAll(float[] vocals, int length) {
    float scale = format.scale();
    float step = 1 / scale;
    for (int i = 0; i < length; i++) {
      vocals[i] = rounded(vocals[i] * scale) * step;
    }
  }

  private static void multiply(float[] values, float factor, int length) {
    for (int i = 0; i < length; i++) {
      values[i] *= factor;
    }
  }

  /**
   * Rounds as Math.rint does, for values up to 2^23, in a form that the JIT compiler vectorises:
   * floats from 2^23 to 2^24 are integers.
   */
  private static float rounded(float value) {
    float positive = Math.max(0, value) + INTEGERS;
    float negative = Math.min(0, value) - INTEGERS;
    return positive - INTEGERS + (negative + INTEGERS);
  }

  private void splitOneByOne(
      float[] mixture, float[] vocals, float[] accompaniment, int length, long position)
      throws AudioException {
    double scale = format.scale();
    // Scales are powers of two, so a product equals the quotient, and takes less time.
    double step = 1 / scale;
    for (int i = 0; i < length; i++) {
      double mixed = rounded(mixture[i] * scale);
      double voice = rounded(vocals[i] * scale);
      double rest = mixed - voice;
      if (exceeds(voice) || exceeds(rest)) {
        clippedVocals += isClipped(Stem.VOCALS, voice, position + i) ? 1 : 0;
        clippedAccompaniment += isClipped(Stem.ACCOMPANIMENT, rest, position + i) ? 1 : 0;
        if (clipping == Clipping.LIMIT) {
          mixed = clamp(mixed, 2 * least, 2 * most);
          voice = clamp(voice, Math.max(least, mixed - most), Math.min(most, mixed - least));
          rest = mixed - voice;
        }
      }
      vocals[i] = (float) (voice * step);
      accompaniment[i] = (float) (rest * step);
    }
  }

  /** Whether a sample of a stem that is written is beyond full scale. */
  private boolean isClipped(Stem stem, double value, long sample) throws AudioException {
    boolean clipped = written.has(stem) && exceeds(value);
    if (clipped && clipping == Clipping.REFUSE) {
      throw new AudioException(
          stem.baseName(),
          "The stem would clip: sample %d is %.3f of full scale, and clipping = refuse is set."
              .formatted(sample, value / format.scale()));
    }
    return clipped;
  }

  private double rounded(double value) {
    return integer ? Math.rint(value) : value;
  }

  private boolean exceeds(double value) {
    return value < least || value > most;
  }

  private static double clamp(double value, double least, double most) {
    return Math.max(least, Math.min(most, value));
  }
}
