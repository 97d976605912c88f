package io.stemspark.internal.plan;

import io.stemspark.internal.corpus.Track;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;

/**
 * Tracks so long that all other cores would wait for them at the end, even though they come first:
 * heavier than a core's share of everything. That is so of fewer tracks than there are cores.
 */
public final class LongTracks {
  /** Less is not long, however few the others are. */
  private static final long MIN_BYTES = 16 << 20;

  /**
   * Into how many pieces each should be cut, if its duration allows: always as many, so that a run
   * which goes on after a killed one cuts at the same places; and not more, for every piece decodes
   * what lies before it.
   */
  public static final int PIECES = 8;

  private LongTracks() {}

  static List<Track> among(JavaRDD<Track> tracks, PlanSummary plan, int cores) {
    long share = TaskPartitioner.weight(plan.pending(), plan.bytes()) / cores;
    return tracks
        .filter(track -> mayBeLong(track) && TaskPartitioner.weight(track) > share)
        .collect();
  }

  private static boolean mayBeLong(Track track) {
    return track.hasMixture() && track.mixture().bytes() >= MIN_BYTES;
  }
}
