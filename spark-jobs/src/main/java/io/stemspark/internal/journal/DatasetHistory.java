package io.stemspark.internal.journal;

import java.io.Serializable;
import java.util.Comparator;
import java.util.Set;
import java.util.TreeSet;

/**
 * What the journal says of one track of a dataset.
 *
 * @param latest the row of the run that did it last; null if none did, or it was removed since
 * @param decided the row that says so; null if there is none
 * @param staleFiles paths that earlier rows name and {@code latest} does not
 */
public record DatasetHistory(JournalEntry latest, JournalEntry decided, Set<String> staleFiles)
    implements Serializable {
  /** Orders rows by the number of the run; the clock decides only within a run. */
  private static final Comparator<JournalEntry> ORDER =
      Comparator.comparingLong(JournalEntry::number).thenComparingLong(JournalEntry::time);

  /** The history in these rows. */
  public static DatasetHistory of(Iterable<JournalEntry> rows) {
    JournalEntry latest = null;
    Set<String> files = new TreeSet<>();
    for (JournalEntry row : rows) {
      if (row.decidesRows() && (latest == null || ORDER.compare(row, latest) > 0)) {
        latest = row;
      }
      if (row.isDone()) {
        row.outputs().forEach(file -> files.add(file.path()));
      }
    }
    if (latest == null || !latest.isDone()) {
      return new DatasetHistory(null, latest, files);
    }
    latest.outputs().forEach(file -> files.remove(file.path()));
    return new DatasetHistory(latest, latest, files);
  }
}
