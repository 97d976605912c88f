package io.stemspark.internal.separation;

import io.stemspark.audio.AudioException;
import io.stemspark.audio.AudioFormat;
import io.stemspark.audio.SampleFormat;
import io.stemspark.network.Stem;
import io.stemspark.separation.OutputConfig;
import io.stemspark.separation.OutputConfig.Clipping;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Splits a mixture into stems on the steps of a sample format, so that their files sum to the
 * mixture exactly.
 *
 * <p>Rounding each stem on its own would lose steps. So all stems but one are rounded, and that
 * residual is the mixture's step minus theirs. Where a stem would pass full scale the others give
 * way, so that they sum to the mixture as long as that is possible, which is up to as many times
 * full scale as there are stems; nothing is rescaled. Not thread-safe.
 */
final class ExactSumQuantizer {
  private static final float INTEGERS = 1 << 23;

  private final SampleFormat format;
  private final Clipping clipping;
  private final List<Stem> parts;
  private final StemPlan plan;
  private final boolean integer;
  private final double least;
  private final double most;
  private final long[] clipped;
  private final double[] steps;
  private long clippedRest;

  /** Rounds the stems of a mixture of this format as an output has them. */
  static ExactSumQuantizer of(OutputConfig output, StemPlan plan, AudioFormat mixture) {
    SampleFormat format = output.formatFor(mixture).sampleFormat();
    boolean holdsAll = output.encoding().container().holdsFloats() && !format.isInteger();
    boolean keeps = holdsAll && output.clipping() == Clipping.LIMIT;
    return new ExactSumQuantizer(format, keeps ? Clipping.KEEP : output.clipping(), plan);
  }

  /**
   * @param clipping for samples beyond full scale; integers cannot keep them
   * @param plan names the stems; samples of those that are not written are neither counted nor
   *     refused
   */
  ExactSumQuantizer(SampleFormat format, Clipping clipping, StemPlan plan) {
    this.format = format;
    this.clipping = clipping;
    this.plan = plan;
    this.parts = plan.parts();
    this.clipped = new long[parts.size()];
    this.steps = new double[plan.direct().size()];
    this.integer = format.isInteger();
    this.least = -format.scale();
    this.most = format.isInteger() ? format.scale() - 1 : 1;
  }

  /** Samples of each written stem that were beyond full scale before they were limited. */
  Map<String, Long> clipped() {
    Map<String, Long> samples = new TreeMap<>();
    for (int part = 0; part < clipped.length; part++) {
      if (plan.writes(parts.get(part))) {
        samples.put(parts.get(part).name(), clipped[part]);
      }
    }
    if (plan.writesOwnRest()) {
      samples.put(Stem.ACCOMPANIMENT.name(), clippedRest);
    }
    return samples;
  }

  /**
   * Replaces estimates by what the format can hold, and fills the residual: one channel.
   *
   * @param direct {@code [stem][time]}
   * @param position index of the first sample in the track, for messages
   */
  void split(float[] mixture, float[][] direct, float[] residual, int length, long position)
      throws AudioException {
    if (integer && staysInRange(mixture, direct, residual, length)) {
      for (float[] stem : direct) {
        roundAll(stem, length);
      }
      multiply(residual, 1 / format.scale(), length);
    } else {
      splitOneByOne(mixture, direct, residual, length, position);
    }
  }

  /** Fills what the lead, which has been rounded, leaves of the mixture: one channel. */
  void leave(float[] mixture, float[] lead, float[] rest, int length, long position)
      throws AudioException {
    double scale = format.scale();
    boolean limits = clipping == Clipping.LIMIT && plan.writesOwnRest();
    for (int i = 0; i < length; i++) {
      double left = rounded(mixture[i] * scale) - lead[i] * scale;
      if (plan.writesOwnRest() && isClipped(Stem.ACCOMPANIMENT, left, position + i)) {
        clippedRest++;
      }
      rest[i] = (float) ((limits ? clamp(left, least, most) : left) / scale);
    }
  }

  /** Fills the residual, in steps; returns whether everything is within full scale. */
  private boolean staysInRange(float[] mixture, float[][] direct, float[] residual, int length) {
    float scale = format.scale();
    float peak = 0;
    for (int i = 0; i < length; i++) {
      float mixed = rounded(mixture[i] * scale);
      residual[i] = mixed;
      peak = Math.max(peak, Math.abs(mixed));
    }
    for (float[] stem : direct) {
      for (int i = 0; i < length; i++) {
        float part = rounded(stem[i] * scale);
        residual[i] -= part;
        peak = Math.max(peak, Math.abs(part));
      }
    }
    for (int i = 0; i < length; i++) {
      peak = Math.max(peak, Math.abs(residual[i]));
    }
    return peak <= most;
  }

  private void roundAll(float[] values, int length) {
    float scale = format.scale();
    float step = 1 / scale;
    for (int i = 0; i < length; i++) {
      values[i] = rounded(values[i] * scale) * step;
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
      float[] mixture, float[][] direct, float[] residual, int length, long position)
      throws AudioException {
    // Scales are powers of two, so a product equals the quotient, and takes less time.
    double step = 1.0 / format.scale();
    for (int i = 0; i < length; i++) {
      double left = rounded(mixture[i] * (double) format.scale());
      double mixed = left;
      boolean beyond = false;
      for (int s = 0; s < steps.length; s++) {
        steps[s] = rounded(direct[s][i] * (double) format.scale());
        left -= steps[s];
        beyond |= exceeds(steps[s]);
      }
      if (beyond || exceeds(left)) {
        left = limited(mixed, left, position + i);
      }
      for (int s = 0; s < steps.length; s++) {
        direct[s][i] = (float) (steps[s] * step);
      }
      residual[i] = (float) (left * step);
    }
  }

  /** Counts what is beyond full scale and, if it is to be limited, shares it out to the others. */
  private double limited(double mixed, double residual, long sample) throws AudioException {
    for (int part = 0; part < clipped.length; part++) {
      double value = part < steps.length ? steps[part] : residual;
      clipped[part] += isClipped(parts.get(part), value, sample) ? 1 : 0;
    }
    if (clipping != Clipping.LIMIT) {
      return residual;
    }
    int parts = steps.length + 1;
    double left = clamp(mixed, parts * least, parts * most);
    for (int s = 0; s < steps.length; s++) {
      steps[s] = clamp(steps[s], least, most);
      left -= steps[s];
    }
    for (int s = 0; s < steps.length && exceeds(left); s++) {
      double taken = clamp(steps[s] + left - clamp(left, least, most), least, most) - steps[s];
      steps[s] += taken;
      left -= taken;
    }
    return left;
  }

  /** Whether a sample of a stem that is written is beyond full scale. */
  private boolean isClipped(Stem stem, double value, long sample) throws AudioException {
    boolean beyond = plan.writes(stem) && exceeds(value);
    if (beyond && clipping == Clipping.REFUSE) {
      throw new AudioException(
          stem.name(),
          "The stem would clip: sample %d is %.3f of full scale, and clipping = refuse is set."
              .formatted(sample, value / format.scale()));
    }
    return beyond;
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
