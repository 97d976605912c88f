package io.stemspark.internal.report;

import io.stemspark.internal.scores.ScoreFiles;
import java.io.Serializable;

/**
 * Audio with a picture.
 *
 * @param name "mixture" or the stem's name
 * @param link where it lies, seen from the page
 * @param picture its first half minute
 */
public record Sound(String name, String link, SpectrogramPicture picture) implements Serializable {
  /** Whether a browser can play it, which object storage allows only if the page is there too. */
  public boolean playable() {
    return link.startsWith("..")
        || link.startsWith(ScoreFiles.EXAMPLES + "/")
        || link.startsWith("file:");
  }
}
