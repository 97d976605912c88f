package io.stemspark.metrics;

import io.stemspark.network.Stem;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How good the estimates of a track's stems are.
 *
 * @param seconds duration of the references
 * @param stems the scores of each, in the order in which they were asked for
 */
public record TrackScores(double seconds, Map<Stem, StemScores> stems) {
  public TrackScores {
    stems = Collections.unmodifiableMap(new LinkedHashMap<>(stems));
  }

  /** The scores of the vocals; null if they were not asked for. */
  public StemScores vocals() {
    return stems.get(Stem.VOCALS);
  }

  /** The scores of the accompaniment; null if they were not asked for. */
  public StemScores accompaniment() {
    return stems.get(Stem.ACCOMPANIMENT);
  }
}
