package io.stemspark.internal.plan;

import io.stemspark.internal.corpus.AudioFile;
import io.stemspark.internal.journal.Fingerprint;
import io.stemspark.internal.journal.JournalEntry;
import io.stemspark.internal.journal.StoredFile;
import io.stemspark.internal.journal.TrackResult;
import io.stemspark.internal.journal.TrackResult.Status;
import java.io.Serializable;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * What a row of the journal tells a later run.
 *
 * @param number of the run, by which runs are ordered; 0 before runs had numbers
 * @param time when the track was done with; orders only rows of one number
 * @param status how the track ended
 * @param note why it failed
 * @param fault as in {@link TrackResult}
 * @param fingerprint what the result depends on
 * @param outputs what was written
 * @param split split of the track at that time; empty where that is not known
 * @param corpus what the run read, as a full URI; empty where that is not known
 * @param firstInput URI of the first file that was read; empty if none was
 * @param inputBytes size of what was read
 * @param wallSeconds time that a task spent on it
 * @param tags that its place depended on; null where it depended on none
 */
public record TrackHistory(
    long number,
    long time,
    Status status,
    String note,
    boolean fault,
    Fingerprint fingerprint,
    List<StoredFile> outputs,
    String split,
    String corpus,
    String firstInput,
    long inputBytes,
    double wallSeconds,
    Map<String, String> tags)
    implements Serializable {
  /** Clocks do not order runs: one that is ahead would hide what later runs did. */
  private static final Comparator<TrackHistory> ORDER =
      Comparator.comparingLong(TrackHistory::number).thenComparingLong(TrackHistory::time);

  public static TrackHistory of(JournalEntry row) {
    return new TrackHistory(
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
        row.wallSeconds(),
        row.tags());
  }

  static String firstInput(List<AudioFile> inputs) {
    return inputs.isEmpty() ? "" : inputs.get(0).uri();
  }

  /**
   * What a track's result has to be.
   *
   * @param now what the result depends on
   * @param former the same in the version before this one
   * @param split split that the track has to be in; empty where splits make no difference
   */
  record Wanted(Fingerprint now, Fingerprint former, String split) {}

  /**
   * Decides about a track.
   *
   * @param rows what earlier runs did with it, in any order
   * @param files what lies in the output folder
   * @param guard knows whose these files may be
   */
  static PlanReason decide(
      Wanted wanted,
      Iterable<TrackHistory> rows,
      Selection selection,
      OutputFiles files,
      CorpusGuard guard) {
    TrackHistory done = lastDone(rows);
    TrackHistory last = last(rows);
    PlanReason reason = compare(wanted, done, rows, files, guard);
    if (reason == PlanReason.DONE) {
      return PlanReason.DONE;
    }
    if (done != null && selection.onlyNew()) {
      return PlanReason.NOT_NEW;
    }
    if (last != null && last.isRefused() && last.isOf(wanted)) {
      return PlanReason.DONE;
    }
    if (last != null && last.status == Status.FAILED && last.isOf(wanted)) {
      return last.fault && !selection.retryFailed() ? PlanReason.AT_FAULT : PlanReason.FAILED;
    }
    return reason;
  }

  private static boolean isEither(String hash, String now, String former) {
    return hash.equals(now) || hash.equals(former);
  }

  private boolean isOf(Wanted wanted) {
    boolean same = fingerprint.equals(wanted.now()) || fingerprint.equals(wanted.former());
    return same && !isOfOtherSplit(wanted);
  }

  /** Whether the track is not wanted as it is. */
  private boolean isRefused() {
    return status == Status.SKIPPED && fault;
  }

  /** The last row; null if there is none. */
  static TrackHistory last(Iterable<TrackHistory> rows) {
    return stream(rows).max(ORDER).orElse(null);
  }

  /** The row of the last run that was done with the track; null if none was, or it was removed. */
  static TrackHistory lastDone(Iterable<TrackHistory> rows) {
    return stream(rows)
        .filter(row -> row.status == Status.DONE || row.status == Status.REMOVED)
        .max(ORDER)
        .filter(row -> row.status == Status.DONE)
        .orElse(null);
  }

  /** Whether a later run than the last that did it has left the track out. */
  static boolean wasLeftOut(Iterable<TrackHistory> rows) {
    return stream(rows)
        .filter(row -> row.status == Status.DONE || row.status == Status.SKIPPED)
        .max(ORDER)
        .filter(row -> row.status == Status.SKIPPED)
        .isPresent();
  }

  private boolean isOfOtherSplit(Wanted wanted) {
    return !split.isEmpty() && !wanted.split().isEmpty() && !split.equals(wanted.split());
  }

  /** Whether the track was done by a run that read a corpus. */
  boolean isOf(String wanted) {
    // Rows of earlier releases do not say it. Files of a corpus folder lie below that folder.
    return corpus.isEmpty() ? firstInput.startsWith(wanted + "/") : corpus.equals(wanted);
  }

  /** Sizes of what runs wrote, by path in the output folder; of two sizes, the later run's. */
  static Map<String, Long> outputSizes(Iterable<TrackHistory> rows) {
    return stream(rows)
        .sorted(ORDER)
        .flatMap(row -> row.outputs.stream())
        .collect(Collectors.toMap(StoredFile::path, StoredFile::bytes, (earlier, later) -> later));
  }

  long outputBytes() {
    return outputs.stream().mapToLong(StoredFile::bytes).sum();
  }

  /** Compares with the last run that did the track: its files are there now. */
  private static PlanReason compare(
      Wanted wanted,
      TrackHistory done,
      Iterable<TrackHistory> rows,
      OutputFiles files,
      CorpusGuard guard) {
    if (done == null) {
      return PlanReason.NEW;
    }
    Fingerprint now = wanted.now();
    Fingerprint former = wanted.former();
    Fingerprint then = done.fingerprint;
    boolean sameInput = isEither(then.input(), now.input(), former.input());
    if (!sameInput || done.isOfOtherSplit(wanted)) {
      return PlanReason.INPUT_CHANGED;
    }
    if (!then.model().equals(now.model())) {
      return PlanReason.OTHER_MODEL;
    }
    if (!isEither(then.settings(), now.settings(), former.settings())) {
      return PlanReason.OTHER_SETTINGS;
    }
    // If two attempts ran at once, either may have written its row last and kept its files.
    List<TrackHistory> there =
        stream(rows)
            .filter(row -> row.status == Status.DONE && row.isOf(wanted))
            .filter(row -> row.outputs.stream().allMatch(files::isThere))
            .toList();
    if (there.isEmpty()) {
      return PlanReason.OUTPUT_GONE;
    }
    return there.stream().anyMatch(row -> row.isOwnOutput(files, guard))
        ? PlanReason.DONE
        : PlanReason.OUTPUT_REPLACED;
  }

  private boolean isOwnOutput(OutputFiles files, CorpusGuard guard) {
    return outputs.stream().noneMatch(file -> guard.mayBeReplaced(number, file, files));
  }

  private static Stream<TrackHistory> stream(Iterable<TrackHistory> rows) {
    return StreamSupport.stream(rows.spliterator(), false);
  }
}
