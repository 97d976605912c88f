package io.stemspark.internal.journal;

import io.stemspark.internal.storage.OutputLayout;
import java.io.Serializable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What is wrong with a file of the journal.
 *
 * @param file where it lies
 * @param reason the first thing that cannot be read
 */
public record JournalDamage(String file, String reason) implements Serializable {
  private static final Pattern RUN = Pattern.compile(OutputLayout.JOURNAL + "/([^/]+)/");

  /** Name of the run whose rows it held. */
  public String run() {
    Matcher run = RUN.matcher(file);
    return run.find() ? run.group(1) : "";
  }

  /** A sentence for the user. */
  public String describe() {
    return "%s is damaged: %s. Its other rows are used, and the tracks of lost rows are done again."
        .formatted(file, reason);
  }
}
