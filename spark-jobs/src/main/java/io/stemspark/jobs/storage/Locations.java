package io.stemspark.jobs.storage;

import io.stemspark.text.SafeText;
import org.apache.hadoop.fs.Path;

/** Paths and URIs as users write them. */
public final class Locations {
  private Locations() {}

  /**
   * The path that a user names.
   *
   * @throws IllegalArgumentException when it is none, or holds a credential: it would end up in
   *     journals, reports and logs
   */
  public static Path of(String location) {
    if (location.isBlank()) {
      throw new IllegalArgumentException("An empty name. Expected a path or a URI.");
    }
    if (SafeText.holdsCredential(location)) {
      throw new IllegalArgumentException(
          "%s holds a credential. Name it without, and give credentials to the file system (conf/s3.conf)."
              .formatted(SafeText.redacted(location)));
    }
    try {
      return new Path(location);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "%s is no path: %s".formatted(SafeText.line(location), e.getMessage()), e);
    }
  }
}
