package io.stemspark.network;

import java.util.Locale;

/** A part of a mixture. The two of them are all of it. */
public enum Stem {
  /** The singing voice. */
  VOCALS,
  /** Everything else. */
  ACCOMPANIMENT;

  /** The name that files of this stem have, without an extension. */
  public String baseName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
