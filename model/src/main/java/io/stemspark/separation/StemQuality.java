package io.stemspark.separation;

import io.stemspark.network.Stem;
import java.io.Serializable;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the stems of a track say about themselves, without references.
 *
 * @param shares energy of each written stem, and of the vocals, in that of all, 0 to 1, by name; 0
 *     where all are silent
 * @param correlation of the vocals (of a model without, of its first stem) and the rest of the
 *     mixture over the whole track, -1 to 1. Voice and band do not follow each other, so what they
 *     have in common was torn apart: the higher, the more doubtful. 0 where one of them is silent
 * @param noVoice probability that nobody sings, 0 to 1; 0 where vocals are not estimated
 * @param clipped samples of each written stem beyond full scale, by name
 */
public record StemQuality(
    Map<String, Double> shares, double correlation, double noVoice, Map<String, Long> clipped)
    implements Serializable {
  public StemQuality {
    // In order, so that the same quality is written as the same text.
    shares = new TreeMap<>(shares);
    clipped = new TreeMap<>(clipped);
  }

  /** Energy of the vocals in that of all stems, 0 to 1; 0 where they are not estimated. */
  public double vocalShare() {
    return shares.getOrDefault(Stem.VOCALS.name(), 0.0);
  }

  /** Samples of all written stems beyond full scale. */
  public long clippedSamples() {
    return clipped.values().stream().mapToLong(Long::longValue).sum();
  }
}
