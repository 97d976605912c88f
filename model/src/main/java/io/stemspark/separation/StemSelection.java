package io.stemspark.separation;

import io.stemspark.network.Stem;
import java.util.List;

/** Which stems of a track are written. */
public enum StemSelection {
  /** Vocals and accompaniment. */
  BOTH,
  /** The vocals alone. */
  VOCALS,
  /** The accompaniment alone. */
  ACCOMPANIMENT;

  /** The stems that are written, vocals first. */
  public List<Stem> stems() {
    return switch (this) {
      case BOTH -> List.of(Stem.VOCALS, Stem.ACCOMPANIMENT);
      case VOCALS -> List.of(Stem.VOCALS);
      case ACCOMPANIMENT -> List.of(Stem.ACCOMPANIMENT);
    };
  }

  /** Whether this stem is written. */
  public boolean has(Stem stem) {
    return stems().contains(stem);
  }
}
