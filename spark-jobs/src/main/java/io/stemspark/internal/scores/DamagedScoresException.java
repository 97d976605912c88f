package io.stemspark.internal.scores;

import java.io.IOException;
import org.apache.hadoop.fs.Path;

/** A file of scores that is not as an evaluation has written it. */
public final class DamagedScoresException extends IOException {
  private static final long serialVersionUID = 1;

  DamagedScoresException(Path file, String reason, Throwable cause) {
    super("%s was not written by an evaluation, or is damaged: %s".formatted(file, reason), cause);
  }
}
