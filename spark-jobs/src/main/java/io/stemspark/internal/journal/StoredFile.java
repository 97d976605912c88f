package io.stemspark.internal.journal;

import java.io.Serializable;
import java.util.Objects;

/**
 * A file that a run has written.
 *
 * @param path where it lies relative to the output folder, which can therefore be moved
 * @param bytes its size
 */
public record StoredFile(String path, long bytes) implements Serializable {
  public StoredFile {
    Objects.requireNonNull(path, "path of an output is null");
  }

  /** Its URI. */
  public String in(String output) {
    return output + "/" + path;
  }

  /** The folder of a path; empty for the output folder itself. */
  public static String folder(String path) {
    return path.substring(0, Math.max(0, path.lastIndexOf('/')));
  }
}
