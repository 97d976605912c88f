package io.stemspark.internal.segments;

import io.stemspark.network.NetworkSpec;
import io.stemspark.network.NetworkSpec.Joining;

/**
 * Where segments of a track lie, how what lies beyond its ends is filled, and how estimates are
 * joined, as the hosts that networks were made for do it. Positions count from the first sample
 * that a segment may have, which lies {@link #lead} samples before the track.
 *
 * @param joining whose rules
 * @param samples of a segment
 * @param step samples from the start of a segment to that of the next
 * @param border samples that the track is continued by, at its ends
 */
record SegmentPlan(Joining joining, int samples, int step, int border) {
  static SegmentPlan of(NetworkSpec.Segments spec) {
    return new SegmentPlan(spec.joining(), spec.samples(), spec.step(), spec.border());
  }

  /** Of the demix function of MSST: a fade is a tenth of a segment. */
  private static final int FADES = 10;

  /** Samples before the track. A short track is not reflected. */
  int lead(long track) {
    return switch (joining) {
      case TRIANGLE -> 0;
      case HANN -> border;
      case LINEAR -> reflects(track) ? border : 0;
    };
  }

  /** Whether a track of so many samples is long enough to be continued by its reflection. */
  boolean reflects(long track) {
    return joining == Joining.LINEAR && border > 0 && track > 2L * border;
  }

  /** Samples after the track. */
  int tail(long track) {
    return switch (joining) {
      case TRIANGLE -> 0;
      case HANN -> {
        int kept = samples - 2 * border;
        yield kept + border - (int) (track % kept);
      }
      case LINEAR -> lead(track);
    };
  }

  /**
   * Where the samples of a segment begin, of which only some are there: Demucs puts them in its
   * middle, after samples that come before.
   *
   * @param length samples of the segment that are there
   */
  int shift(int length) {
    return joining == Joining.TRIANGLE ? (samples - length) / 2 : 0;
  }

  /** Whether what is missing of a segment with so many samples is their reflection, not silence. */
  boolean reflectsSegment(int length) {
    return joining == Joining.LINEAR && length > samples / 2;
  }

  /**
   * The weight of each sample of a segment.
   *
   * @param length samples of the segment that are there
   * @param first whether it is the first one
   * @param last whether it is the last one
   */
  float[] weights(int length, boolean first, boolean last) {
    float[] weights = new float[length];
    for (int i = 0; i < length; i++) {
      weights[i] =
          switch (joining) {
            case TRIANGLE -> triangle(i);
            case HANN -> step == samples ? 1 : hann(i, length);
            case LINEAR -> trapezoid(i, first, last);
          };
    }
    return weights;
  }

  private float triangle(int i) {
    int half = samples / 2;
    return (float) (i < half ? i + 1 : samples - i) / Math.max(half, samples - half);
  }

  /** In its symmetric form, over what is there of the segment. */
  private static float hann(int i, int length) {
    return length == 1 ? 1 : (float) (0.5 - 0.5 * Math.cos(2 * Math.PI * i / (length - 1)));
  }

  private float trapezoid(int i, boolean first, boolean last) {
    int fade = samples / FADES;
    if (i < fade && !first) {
      return (float) i / (fade - 1);
    }
    return samples - 1 - i < fade && !last ? (float) (samples - 1 - i) / (fade - 1) : 1;
  }
}
