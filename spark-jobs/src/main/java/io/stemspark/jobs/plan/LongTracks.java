package io.stemspark.jobs.plan;

import io.stemspark.jobs.corpus.Track;
import java.io.Serializable;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;

/**
 * Tracks so long that all other cores would wait for them at the end, even though they come first:
 * heavier than a core's share of everything. There are fewer of them than cores.
 */
public final class LongTracks {
  /** Even the shortest album in a lossless format is larger. */
  private static final long LEAST_BYTES = 16 << 20;

  /** Every piece decodes what lies before it. */
  private static final int MOST_PIECES = 16;

  private LongTracks() {}

  /**
   * A long track.
   *
   * @param pieces into how many it should be cut, if its duration allows
   */
  public record LongTrack(Track track, int pieces) implements Serializable {}

  static List<LongTrack> among(JavaRDD<Track> tracks, PlanSummary plan, int cores) {
    long share = Chunks.weight(plan.pending(), plan.bytes()) / cores;
    return tracks
        .filter(track -> track.bytes() >= LEAST_BYTES && Chunks.weight(track) > share)
        .map(track -> new LongTrack(track, pieces(Chunks.weight(track), share)))
        .collect();
  }

  private static int pieces(long weight, long share) {
    return (int) Math.min(MOST_PIECES, Chunks.PARTS * weight / share + 1);
  }
}
