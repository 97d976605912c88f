package io.stemspark.internal.segments;

import io.stemspark.internal.audio.SampleQueue;
import io.stemspark.internal.network.UnsoundEstimateException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Estimates stems by a network that sees segments of a track: estimates of segments that overlap
 * are joined as their {@link SegmentPlan} says. It holds two segments of the track, and of each
 * stem one. Not thread-safe.
 */
final class SegmentEstimator implements AutoCloseable {
  private final SegmentPlan plan;
  private final SegmentNetwork network;
  private final TrackLevel level;
  private final int channels;
  private final List<SampleQueue> stems = new ArrayList<>();

  /** Samples of the continued track from {@link #heldFrom} on. */
  private final SampleQueue held;

  private float[][] levelled;
  private final float[][][] sums;
  private final float[] weights;

  /** Of a segment that is neither the first nor the last one. */
  private final float[] weightsBetween;

  private final float[][] segment;
  private final float[][][] estimate;
  private long heldFrom;
  private long track;
  private long next;
  private long emitted;
  private long trackEnd = Long.MAX_VALUE;
  private boolean begun;

  /**
   * @param stems that are wanted of the network
   * @param channels of the track, as many as the network sees
   * @param level of the track
   */
  SegmentEstimator(
      SegmentPlan plan, SegmentNetwork network, int stems, int channels, TrackLevel level) {
    this.plan = plan;
    this.network = network;
    this.level = level;
    this.channels = channels;
    this.held = new SampleQueue(channels);
    this.levelled = new float[channels][0];
    this.sums = new float[stems][channels][plan.samples()];
    this.weights = new float[plan.samples()];
    this.weightsBetween = plan.weights(plan.samples(), false, false);
    this.segment = new float[channels][plan.samples()];
    this.estimate = new float[stems][channels][plan.samples()];
    for (int stem = 0; stem < stems; stem++) {
      this.stems.add(new SampleQueue(channels));
    }
  }

  /** Takes the next samples of the track. */
  void push(float[][] samples, int length) {
    if (levelled[0].length < length) {
      levelled = new float[channels][length];
    }
    level.leave(samples, length, levelled);
    held.add(levelled, 0, length);
    track += length;
    // Until then it is not known whether the track is continued by its reflection.
    if (!begun && track > 2L * plan.border()) {
      begin();
    }
    while (begun && available() > next + plan.samples()) {
      estimate(plan.samples(), false);
    }
  }

  /** Ends the track. */
  void finish() {
    if (track == 0) {
      return;
    }
    if (!begun) {
      begin();
    }
    trackEnd = available();
    continueTo(plan.tail(track));
    long end = available();
    while (next < end) {
      int length = (int) Math.min(plan.samples(), end - next);
      estimate(length, next + plan.step() >= end);
    }
    emit((int) Math.max(0, trackEnd - emitted));
  }

  /** What has been estimated of each stem and not been taken yet; equally long. */
  List<SampleQueue> stems() {
    return stems;
  }

  private long available() {
    return heldFrom + held.size();
  }

  /** Puts in front of the track what comes before it. */
  private void begin() {
    begun = true;
    int lead = plan.lead(track);
    if (lead > 0) {
      float[][] all = new float[channels][lead + held.size()];
      float[][] own = new float[channels][held.size()];
      held.take(own, held.size());
      for (int c = 0; c < channels; c++) {
        System.arraycopy(own[c], 0, all[c], lead, own[c].length);
        for (int i = 1; plan.reflects(track) && i <= lead; i++) {
          all[c][lead - i] = own[c][i];
        }
      }
      held.add(all, 0, all[0].length);
    }
  }

  /** Appends what comes after the track. */
  private void continueTo(int tail) {
    float[][] more = new float[channels][tail];
    int last = held.size() - 1;
    for (int c = 0; plan.reflects(track) && c < channels; c++) {
      for (int i = 1; i <= tail; i++) {
        more[c][i - 1] = held.get(c, last - i);
      }
    }
    held.add(more, 0, tail);
  }

  private void estimate(int length, boolean last) {
    int shift = plan.shift(length);
    int from = (int) (next - heldFrom);
    for (int c = 0; c < channels; c++) {
      if (length == plan.samples()) {
        held.copy(c, from, segment[c]);
      } else {
        for (int i = 0; i < plan.samples(); i++) {
          segment[c][i] = sample(c, from, i - shift, length);
        }
      }
    }
    network.estimate(segment, estimate);
    requireNumbers();
    boolean between = next > 0 && !last && length == plan.samples();
    float[] weight = between ? weightsBetween : plan.weights(length, next == 0, last);
    int at = (int) (next - emitted);
    for (int i = 0; i < length; i++) {
      weights[at + i] += weight[i];
    }
    for (int stem = 0; stem < sums.length; stem++) {
      for (int c = 0; c < channels; c++) {
        for (int i = 0; i < length; i++) {
          sums[stem][c][at + i] += weight[i] * estimate[stem][c][shift + i];
        }
      }
    }
    next += plan.step();
    emit((int) (Math.min(next, next - plan.step() + length) - emitted));
    forget();
  }

  private void requireNumbers() {
    float peak = 0;
    for (float[][] stem : estimate) {
      for (float[] channel : stem) {
        for (float value : channel) {
          peak = Math.max(peak, Math.abs(value)); // NaN stays
        }
      }
    }
    if (!Float.isFinite(peak)) {
      throw new UnsoundEstimateException("The network gave values that are not finite.");
    }
  }

  /** A sample of a segment that begins at an index of what is held. */
  private float sample(int channel, int from, int i, int length) {
    int at = from + i;
    if (i >= 0 && i < length) {
      return held.get(channel, at);
    }
    if (plan.reflectsSegment(length)) {
      return held.get(channel, from + 2 * (length - 1) - i);
    }
    boolean isThere = at >= 0 && at < held.size();
    return isThere && plan.shift(length) > 0 ? held.get(channel, at) : 0;
  }

  /** Passes on the next samples of all stems, as far as they belong to the track. */
  private void emit(int count) {
    long lead = plan.lead(track);
    int skipped = (int) Math.max(0, Math.min(count, lead - emitted));
    int kept = (int) Math.max(skipped, Math.min(count, trackEnd - emitted));
    int rest = plan.samples() - count;
    for (int stem = 0; stem < sums.length; stem++) {
      for (int c = 0; c < channels; c++) {
        for (int i = skipped; i < kept; i++) {
          float sum = sums[stem][c][i];
          sums[stem][c][i] = level.restore(weights[i] > 0 ? sum / weights[i] : 0);
        }
      }
      stems.get(stem).add(sums[stem], skipped, kept - skipped);
      for (float[] sum : sums[stem]) {
        System.arraycopy(sum, count, sum, 0, rest);
        Arrays.fill(sum, rest, sum.length, 0);
      }
    }
    System.arraycopy(weights, count, weights, 0, rest);
    Arrays.fill(weights, rest, weights.length, 0);
    emitted += count;
  }

  /** Demucs looks back by up to half a segment from where its last one begins. */
  private void forget() {
    long needed = Math.max(0, next - plan.samples());
    if (needed > heldFrom) {
      int count = (int) Math.min(held.size(), needed - heldFrom);
      held.skip(count);
      heldFrom += count;
    }
  }

  @Override
  public void close() {
    network.close();
  }
}
