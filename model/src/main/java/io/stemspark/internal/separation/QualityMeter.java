package io.stemspark.internal.separation;

import io.stemspark.network.Stem;
import io.stemspark.separation.StemQuality;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * Measures the stems of a track as they are made. Its memory does not grow with the track.
 *
 * <p>Whether somebody sings shows where the voice is most of the sound: a song has such moments,
 * and what leaks into the voice of an instrumental is weaker than the band. So the probability is a
 * logistic function of the share that the vocals have in the 5 % of moments where that is largest.
 */
final class QualityMeter {
  /** Windows per second. */
  private static final int WINDOWS = 10;

  /** Mean square below which a window counts as silent: -60 dB of full scale. */
  private static final double AUDIBLE = 1e-6;

  private static final double MOMENTS = 0.05;
  private static final int STEPS_PER_DECIBEL = 4;
  private static final int FLOOR = -60;

  /** Share of the vocals, in dB, at which both answers are as likely; and dB to the odds of e. */
  private static final double EVEN = -4;

  private static final double SLOPE = 0.8;

  private final StemPlan plan;
  private final int lead;
  private final int window;
  private final int channels;
  private final double[] energies;
  private final long[] shares = new long[-FLOOR * STEPS_PER_DECIBEL + 1];
  private long audible;
  private int filled;
  private double windowVocals;
  private double windowRest;
  private double windowProduct;
  private double vocals;
  private double rest;
  private double product;

  /** Of stems at a sample rate in Hz. */
  QualityMeter(StemPlan plan, int sampleRate, int channels) {
    this.plan = plan;
    this.lead = plan.lead();
    this.window = Math.max(1, sampleRate / WINDOWS);
    this.channels = channels;
    this.energies = new double[plan.parts().size()];
  }

  /**
   * Takes the next samples of all stems, {@code [channel][sample]} each.
   *
   * @param parts by stem, the residual last
   * @param rest what the lead alone leaves
   */
  void add(float[][][] parts, float[][] rest, int length) {
    for (int part = 0; plan.hasOwnRest() && part < parts.length; part++) {
      energies[part] += energy(parts[part], length);
    }
    follow(parts[lead], rest, length);
  }

  private double energy(float[][] samples, int length) {
    double energy = 0;
    for (int channel = 0; channel < channels; channel++) {
      for (int i = 0; i < length; i++) {
        energy += samples[channel][i] * samples[channel][i];
      }
    }
    return energy;
  }

  private void follow(float[][] sung, float[][] accompaniment, int length) {
    int from = 0;
    while (from < length) {
      int to = Math.min(length, from + window - filled);
      for (int channel = 0; channel < channels; channel++) {
        addWindow(sung[channel], accompaniment[channel], from, to);
      }
      filled += to - from;
      from = to;
      if (filled == window) {
        endWindow();
      }
    }
  }

  private void addWindow(float[] sung, float[] accompaniment, int from, int to) {
    double voice = 0;
    double band = 0;
    double both = 0;
    for (int i = from; i < to; i++) {
      double left = sung[i];
      double right = accompaniment[i];
      voice += left * left;
      band += right * right;
      both += left * right;
    }
    windowVocals += voice;
    windowRest += band;
    windowProduct += both;
  }

  private void endWindow() {
    double energy = windowVocals + windowRest;
    if (energy > AUDIBLE * filled * channels) {
      double decibels = Math.max(FLOOR, 10 * Math.log10(windowVocals / energy));
      shares[(int) Math.round((decibels - FLOOR) * STEPS_PER_DECIBEL)]++;
      audible++;
    }
    vocals += windowVocals;
    rest += windowRest;
    product += windowProduct;
    windowVocals = 0;
    windowRest = 0;
    windowProduct = 0;
    filled = 0;
  }

  /** Ends the track. */
  StemQuality finish(ExactSumQuantizer split) {
    endWindow();
    double scale = Math.sqrt(vocals * rest);
    return new StemQuality(
        shares(),
        scale > 0 ? Math.max(-1, Math.min(1, product / scale)) : 0,
        !plan.hasVoice() ? 0 : 1 / (1 + Math.exp((loudest() - EVEN) / SLOPE)),
        split.clipped());
  }

  private Map<String, Double> shares() {
    if (!plan.hasOwnRest()) {
      energies[lead] = vocals;
      energies[1 - lead] = rest;
    }
    double all = Arrays.stream(energies).sum();
    Map<String, Double> shares = new TreeMap<>();
    for (int part = 0; part < energies.length; part++) {
      Stem stem = plan.parts().get(part);
      if (plan.writes(stem) || stem.equals(Stem.VOCALS)) {
        shares.put(stem.name(), all > 0 ? energies[part] / all : 0);
      }
    }
    return shares;
  }

  /** The vocals' share in dB that so many moments reach; the least one of a silent track. */
  private double loudest() {
    long wanted = (long) Math.ceil(MOMENTS * audible);
    long reached = 0;
    for (int step = shares.length - 1; step >= 0 && wanted > 0; step--) {
      reached += shares[step];
      if (reached >= wanted) {
        return FLOOR + (double) step / STEPS_PER_DECIBEL;
      }
    }
    return FLOOR;
  }
}
