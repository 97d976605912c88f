package io.stemspark.jobs.ledger;

import java.io.Serializable;

/**
 * A file that a run has written.
 *
 * @param path where it lies in the output folder, which can therefore be moved
 * @param bytes its size
 */
public record StoredFile(String path, long bytes) implements Serializable {
  /** Its URI. */
  public String in(String output) {
    return output + "/" + path;
  }
}
