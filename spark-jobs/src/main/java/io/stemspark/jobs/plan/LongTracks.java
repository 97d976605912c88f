package io.stemspark.jobs.plan;

import io.stemspark.jobs.corpus.Track;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;

/**
 * Tracks so long that all other cores would wait for them at the end, even though they come first:
 * heavier than a core's share of everything. There are fewer of them than cores.
 */
public final class LongTracks {
  /** Less is not long, however few the others are. */
  private static final long LEAST_BYTES = 16 << 20;

  /** Every piece decodes what lies before it. */
  private static final int MOST_PIECES = 16;

  private LongTracks() {}

  static List<Track> among(JavaRDD<Track> tracks, PlanSummary plan, int cores) {
    long share = Chunks.weight(plan.pending(), plan.bytes()) / cores;
    return tracks
        .filter(track -> track.bytes() >= LEAST_BYTES && Chunks.weight(track) > share)
        .collect();
  }

  /**
   * Into how many pieces each should be cut, if its duration allows. As it does not depend on the
   * other tracks, a run that goes on after a killed one cuts at the same places.
   */
  public static int pieces(int cores) {
    return Math.min(MOST_PIECES, Chunks.PARTS * cores);
  }
}
