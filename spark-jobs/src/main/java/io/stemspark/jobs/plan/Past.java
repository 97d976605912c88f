package io.stemspark.jobs.plan;

import io.stemspark.jobs.corpus.AudioFile;
import io.stemspark.jobs.ledger.Fingerprint;
import io.stemspark.jobs.ledger.LedgerRow;
import io.stemspark.jobs.ledger.Outcome;
import io.stemspark.jobs.ledger.StoredFile;
import java.io.Serializable;
import java.util.List;
import java.util.function.Predicate;

/**
 * What a row of the ledger tells a later run.
 *
 * @param time when that was
 * @param status what came of the track
 * @param note why it failed
 * @param fault as {@link Outcome}'s
 * @param fingerprint what the result depends on
 * @param outputs what was written
 * @param inputBytes size of what was read
 * @param wallSeconds time that a task spent on it
 */
public record Past(
    long time,
    Outcome.Status status,
    String note,
    boolean fault,
    Fingerprint fingerprint,
    List<StoredFile> outputs,
    long inputBytes,
    double wallSeconds)
    implements Serializable {
  public static Past of(LedgerRow row) {
    return new Past(
        row.time(),
        row.status(),
        row.note(),
        row.fault(),
        row.fingerprint(),
        row.outputs(),
        AudioFile.bytes(row.inputs()),
        row.wallSeconds());
  }

  /**
   * Decides about a track.
   *
   * @param now what its result depends on now
   * @param rows what became of it so far, in any order
   * @param isThere whether a file lies where a row says, in that size
   */
  static Verdict judge(
      Fingerprint now, Iterable<Past> rows, Selection selection, Predicate<StoredFile> isThere) {
    Past done = lastDone(rows);
    Past last = last(rows);
    Verdict verdict = compare(now, done, rows, isThere);
    if (verdict == Verdict.DONE) {
      return Verdict.DONE;
    }
    if (done != null && selection.onlyNew()) {
      return Verdict.NOT_NEW;
    }
    if (last != null && last.status == Outcome.Status.FAILED && last.fingerprint.equals(now)) {
      return last.fault && !selection.retryFailed() ? Verdict.AT_FAULT : Verdict.FAILED;
    }
    return verdict;
  }

  /** The last row; null if there is none. */
  static Past last(Iterable<Past> rows) {
    Past last = null;
    for (Past row : rows) {
      last = last == null || row.time > last.time ? row : last;
    }
    return last;
  }

  /** The row of the last run that was done with the track; null if none was. */
  static Past lastDone(Iterable<Past> rows) {
    Past done = null;
    for (Past row : rows) {
      if (row.status == Outcome.Status.DONE && (done == null || row.time > done.time)) {
        done = row;
      }
    }
    return done;
  }

  long outputBytes() {
    return outputs.stream().mapToLong(StoredFile::bytes).sum();
  }

  /** The files are those of the last run that was done with the track, whatever came before. */
  private static Verdict compare(
      Fingerprint now, Past done, Iterable<Past> rows, Predicate<StoredFile> isThere) {
    if (done == null) {
      return Verdict.NEW;
    }
    if (!done.fingerprint.input().equals(now.input())) {
      return Verdict.INPUT_CHANGED;
    }
    if (!done.fingerprint.model().equals(now.model())) {
      return Verdict.OTHER_MODEL;
    }
    if (!done.fingerprint.settings().equals(now.settings())) {
      return Verdict.OTHER_SETTINGS;
    }
    for (Past row : rows) {
      // Of two attempts at the same time either may have written its row last, and kept its files.
      if (row.status == Outcome.Status.DONE
          && row.fingerprint.equals(now)
          && row.outputs.stream().allMatch(isThere)) {
        return Verdict.DONE;
      }
    }
    return Verdict.OUTPUT_GONE;
  }
}
