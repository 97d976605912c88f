package io.stemspark.jobs.plan;

import io.stemspark.jobs.corpus.AudioFile;
import io.stemspark.jobs.ledger.Fingerprint;
import io.stemspark.jobs.ledger.LedgerRow;
import io.stemspark.jobs.ledger.Outcome;
import io.stemspark.jobs.ledger.StoredFile;
import java.io.Serializable;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * What a row of the ledger tells a later run.
 *
 * @param number of the run, by which runs are ordered; 0 before runs had numbers
 * @param time when that was; orders only rows of one number
 * @param status what came of the track
 * @param note why it failed
 * @param fault as {@link Outcome}'s
 * @param fingerprint what the result depends on
 * @param outputs what was written
 * @param split of the track then; empty where that is not known
 * @param corpus what the run read, as a full URI; empty where that is not known
 * @param firstInput URI of the first file that was read; empty if none was
 * @param inputBytes size of what was read
 * @param wallSeconds time that a task spent on it
 */
public record Past(
    long number,
    long time,
    Outcome.Status status,
    String note,
    boolean fault,
    Fingerprint fingerprint,
    List<StoredFile> outputs,
    String split,
    String corpus,
    String firstInput,
    long inputBytes,
    double wallSeconds)
    implements Serializable {
  /** No clock orders runs: one that ran ahead would hide what later runs did. */
  private static final Comparator<Past> ORDER =
      Comparator.comparingLong(Past::number).thenComparingLong(Past::time);

  public static Past of(LedgerRow row) {
    return new Past(
        row.number(),
        row.time(),
        row.status(),
        row.note(),
        row.fault(),
        row.fingerprint(),
        row.outputs(),
        row.split(),
        row.corpus(),
        firstInput(row.inputs()),
        AudioFile.bytes(row.inputs()),
        row.wallSeconds());
  }

  static String firstInput(List<AudioFile> inputs) {
    return inputs.isEmpty() ? "" : inputs.get(0).uri();
  }

  /**
   * What a track's result has to be.
   *
   * @param now what it depends on
   * @param former the same in the version before
   * @param split that it has to be in; empty where splits make no difference
   */
  record Wanted(Fingerprint now, Fingerprint former, String split) {}

  /**
   * Decides about a track.
   *
   * @param rows what became of it so far, in any order
   * @param files what lies in the output folder
   */
  static Verdict judge(Wanted wanted, Iterable<Past> rows, Selection selection, OutputFiles files) {
    Past done = lastDone(rows);
    Past last = last(rows);
    Verdict verdict = compare(wanted, done, rows, files);
    if (verdict == Verdict.DONE) {
      return Verdict.DONE;
    }
    if (done != null && selection.onlyNew()) {
      return Verdict.NOT_NEW;
    }
    if (last != null && last.status == Outcome.Status.FAILED && last.isOf(wanted)) {
      return last.fault && !selection.retryFailed() ? Verdict.AT_FAULT : Verdict.FAILED;
    }
    return verdict;
  }

  private static boolean isEither(String hash, String now, String former) {
    return hash.equals(now) || hash.equals(former);
  }

  private boolean isOf(Wanted wanted) {
    boolean same = fingerprint.equals(wanted.now()) || fingerprint.equals(wanted.former());
    return same && !isOfOtherSplit(wanted);
  }

  /** The last row; null if there is none. */
  static Past last(Iterable<Past> rows) {
    Past last = null;
    for (Past row : rows) {
      last = last == null || ORDER.compare(row, last) > 0 ? row : last;
    }
    return last;
  }

  /** The row of the last run that was done with the track; null if none was, or it was removed. */
  static Past lastDone(Iterable<Past> rows) {
    Past done = null;
    for (Past row : rows) {
      boolean counts = row.status == Outcome.Status.DONE || row.status == Outcome.Status.REMOVED;
      if (counts && (done == null || ORDER.compare(row, done) > 0)) {
        done = row;
      }
    }
    return done == null || done.status == Outcome.Status.REMOVED ? null : done;
  }

  /** Whether the track belonged to another split. */
  private boolean isOfOtherSplit(Wanted wanted) {
    return !split.isEmpty() && !wanted.split().isEmpty() && !split.equals(wanted.split());
  }

  /** Whether the track was done by a run that read a corpus. */
  boolean isOf(String wanted) {
    // Rows of releases before did not say; a file of a folder lies below it.
    return corpus.isEmpty() ? firstInput.startsWith(wanted + "/") : corpus.equals(wanted);
  }

  /** Sizes of what runs wrote, by the paths in the output folder; of two the later run's. */
  static Map<String, Long> outputSizes(Iterable<Past> rows) {
    return StreamSupport.stream(rows.spliterator(), false)
        .sorted(ORDER)
        .flatMap(row -> row.outputs.stream())
        .collect(Collectors.toMap(StoredFile::path, StoredFile::bytes, (earlier, later) -> later));
  }

  long outputBytes() {
    return outputs.stream().mapToLong(StoredFile::bytes).sum();
  }

  /** The files are those of the last run that was done with the track, whatever came before. */
  private static Verdict compare(Wanted wanted, Past done, Iterable<Past> rows, OutputFiles files) {
    if (done == null) {
      return Verdict.NEW;
    }
    Fingerprint now = wanted.now();
    Fingerprint former = wanted.former();
    Fingerprint then = done.fingerprint;
    boolean sameInput = isEither(then.input(), now.input(), former.input());
    if (!sameInput || done.isOfOtherSplit(wanted)) {
      return Verdict.INPUT_CHANGED;
    }
    if (!then.model().equals(now.model())) {
      return Verdict.OTHER_MODEL;
    }
    if (!isEither(then.settings(), now.settings(), former.settings())) {
      return Verdict.OTHER_SETTINGS;
    }
    for (Past row : rows) {
      // Of two attempts at the same time either may have written its row last, and kept its files.
      if (row.status == Outcome.Status.DONE
          && row.isOf(wanted)
          && row.outputs.stream().allMatch(files::isThere)) {
        return Verdict.DONE;
      }
    }
    return Verdict.OUTPUT_GONE;
  }
}
