package io.stemspark.internal.segments;

import io.stemspark.internal.audio.SampleQueue;
import io.stemspark.internal.network.StemEstimator;
import io.stemspark.internal.onnx.Network;
import io.stemspark.network.NetworkSpec.Segments;
import io.stemspark.network.NetworkSpec.Spectra;
import java.util.ArrayList;
import java.util.List;

/**
 * Estimates stems by a network that sees segments of one or two channels: each pair of a track's
 * channels on its own. A last channel without a partner is paired with itself.
 */
public final class SegmentTrack implements StemEstimator {
  private static final int BLOCK = 4096;

  private final Segments spec;
  private final int channels;
  private final List<SegmentEstimator> groups = new ArrayList<>();
  private final List<SampleQueue> stems = new ArrayList<>();

  /** Samples of the track's channels on their way from the groups to {@link #stems}. */
  private final float[][] passed;

  /** The rows of {@link #passed} for each group's channels. */
  private final List<float[][]> passedOf = new ArrayList<>();

  private long networkNanos;

  /**
   * @param outputs the stems that are wanted, by their numbers among those that the network gives
   * @param channels of the track
   */
  public SegmentTrack(
      Segments spec, Network network, int[] outputs, int channels, TrackLevel level) {
    this.spec = spec;
    this.channels = channels;
    SegmentPlan plan = SegmentPlan.of(spec);
    for (int first = 0; first < channels; first += spec.channels()) {
      SegmentNetwork segments = new TensorSegments(spec, network, outputs);
      groups.add(new SegmentEstimator(plan, segments, outputs.length, spec.channels(), level));
    }
    for (int stem = 0; stem < outputs.length; stem++) {
      stems.add(new SampleQueue(channels));
    }
    passed = new float[channels][BLOCK];
    for (int group = 0; group < groups.size(); group++) {
      float[][] rows = new float[spec.channels()][];
      for (int slot = 0; slot < rows.length; slot++) {
        int channel = group * spec.channels() + slot;
        rows[slot] = channel < channels ? passed[channel] : new float[BLOCK];
      }
      passedOf.add(rows);
    }
  }

  /**
   * Checks that there are the transforms that a network needs.
   *
   * @throws IllegalArgumentException when its windows leave out samples of a segment, or frames are
   *     others than those of its tensors
   */
  public static void requireTransforms(Segments spec) {
    for (Spectra spectra : spec.spectra()) {
      try (SegmentStft stft = SegmentStft.of(spectra, spec.samples())) {
        if (stft.frames() != spectra.frames(spec.samples())) {
          throw new IllegalArgumentException(
              "A segment of %d samples has %d frames, but the network sees %d. Expected an even hop length."
                  .formatted(spec.samples(), stft.frames(), spectra.frames(spec.samples())));
        }
      }
    }
  }

  @Override
  public void push(float[][] mixture, int length) {
    long start = System.nanoTime();
    for (int group = 0; group < groups.size(); group++) {
      float[][] seen = new float[spec.channels()][];
      for (int slot = 0; slot < seen.length; slot++) {
        seen[slot] = mixture[Math.min(group * spec.channels() + slot, channels - 1)];
      }
      groups.get(group).push(seen, length);
    }
    networkNanos += System.nanoTime() - start;
    gather();
  }

  @Override
  public void finish() {
    long start = System.nanoTime();
    groups.forEach(SegmentEstimator::finish);
    networkNanos += System.nanoTime() - start;
    gather();
  }

  /** Puts the channels of all groups together. */
  private void gather() {
    for (int stem = 0; stem < stems.size(); stem++) {
      int length = groups.get(0).stems().get(stem).size();
      while (length > 0) {
        int block = Math.min(length, BLOCK);
        for (int group = 0; group < groups.size(); group++) {
          groups.get(group).stems().get(stem).take(passedOf.get(group), block);
        }
        stems.get(stem).add(passed, 0, block);
        length -= block;
      }
    }
  }

  @Override
  public List<SampleQueue> stems() {
    return stems;
  }

  @Override
  public long networkNanos() {
    return networkNanos;
  }

  @Override
  public long maskingNanos() {
    return 0;
  }

  /** The caller computes the network itself. */
  @Override
  public long waitingNanos() {
    return networkNanos;
  }

  @Override
  public void close() {
    groups.forEach(SegmentEstimator::close);
  }
}
