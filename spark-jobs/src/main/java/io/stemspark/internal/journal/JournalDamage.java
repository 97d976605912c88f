package io.stemspark.internal.journal;

import java.io.Serializable;

/**
 * What is wrong with a file of the journal.
 *
 * @param file where it lies
 * @param reason the first thing that cannot be read
 */
public record JournalDamage(String file, String reason) implements Serializable {
  /** A sentence for the user. */
  public String describe() {
    return "%s is damaged: %s. Its other rows are used, and the tracks of lost rows are done again."
        .formatted(file, reason);
  }
}
