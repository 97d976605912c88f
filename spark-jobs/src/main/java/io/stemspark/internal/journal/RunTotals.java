package io.stemspark.internal.journal;

import io.stemspark.internal.corpus.CorpusNote;
import io.stemspark.internal.text.SafeText;
import io.stemspark.separation.StageTimes;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The sums of a run. Results are added inside the executors and sums merged on the driver, so that
 * nothing on the driver grows with the number of tracks.
 */
public final class RunTotals implements Serializable {
  private static final long serialVersionUID = 1;
  private static final int MAX_LISTED = 100;

  private long done;
  private long skipped;
  private long failed;
  private double audioSeconds;
  private double wallSeconds;
  private StageTimes times = StageTimes.NONE;
  private long noted;
  private long alreadyDone;
  private long failedBefore;
  private long leftOut;
  private final List<TrackResult> listed = new ArrayList<>();
  private final List<String> reasonsBefore = new ArrayList<>();
  private final List<CorpusNote> notes = new ArrayList<>();
  private final List<String> damages = new ArrayList<>();
  private final List<String> remarks = new ArrayList<>();

  /** Adds one track. */
  public RunTotals add(TrackResult result) {
    switch (result.status()) {
      case DONE -> done++;
      case SKIPPED -> skipped++;
      case FAILED -> failed++;
      case REMOVED ->
          throw new IllegalArgumentException("A run cannot give a track the status REMOVED.");
    }
    audioSeconds += result.audioSeconds();
    times = times.plus(result.times());
    wallSeconds += result.wallSeconds();
    if (result.status() != TrackResult.Status.DONE || !result.note().isEmpty()) {
      noted++;
      list(result);
    }
    return this;
  }

  /** Adds time spent on a track that is not counted here. */
  public void spend(double seconds, StageTimes where) {
    wallSeconds += seconds;
    times = times.plus(where);
  }

  /**
   * Adds tracks that the run leaves as they are.
   *
   * @param others tracks that the user's selection leaves out
   * @param reasons why the first of the failed ones failed
   * @param found what the corpus holds beside tracks
   */
  public RunTotals left(
      long done, long failed, long others, List<String> reasons, List<CorpusNote> found) {
    alreadyDone += done;
    failedBefore += failed;
    leftOut += others;
    reasonsBefore.addAll(reasons);
    notes.addAll(found);
    return this;
  }

  /** What the corpus holds beside tracks. */
  public List<CorpusNote> notes() {
    return List.copyOf(notes);
  }

  /** Journal files that are damaged, and what that means. */
  public List<String> damages() {
    return List.copyOf(damages);
  }

  /** Adds what is wrong with a journal file. */
  public void damaged(String sentence) {
    damages.add(sentence);
  }

  /** Adds a sentence on what became of tracks after they were done. */
  public void remark(String sentence) {
    remarks.add(sentence);
  }

  /** Sentences on what became of tracks after they were done. */
  public List<String> remarks() {
    return List.copyOf(remarks);
  }

  /** Adds the tracks of another part of the run. */
  public RunTotals merge(RunTotals other) {
    done += other.done;
    skipped += other.skipped;
    failed += other.failed;
    audioSeconds += other.audioSeconds;
    times = times.plus(other.times);
    wallSeconds += other.wallSeconds;
    noted += other.noted;
    alreadyDone += other.alreadyDone;
    failedBefore += other.failedBefore;
    leftOut += other.leftOut;
    other.listed.forEach(this::list);
    reasonsBefore.addAll(other.reasonsBefore);
    notes.addAll(other.notes);
    damages.addAll(other.damages);
    remarks.addAll(other.remarks);
    return this;
  }

  /** Where there is no room, a remark on a track that was done gives way to another's failure. */
  private void list(TrackResult result) {
    if (listed.size() == MAX_LISTED && result.status() != TrackResult.Status.DONE) {
      listed.stream()
          .filter(other -> other.status() == TrackResult.Status.DONE)
          .findFirst()
          .ifPresent(listed::remove);
    }
    if (listed.size() < MAX_LISTED) {
      listed.add(result);
    }
  }

  public long done() {
    return done;
  }

  public long failed() {
    return failed;
  }

  public long skipped() {
    return skipped;
  }

  /** Tracks that an earlier run had done. */
  public long alreadyDone() {
    return alreadyDone;
  }

  /** Tracks that failed in an earlier run by their own fault. */
  public long failedBefore() {
    return failedBefore;
  }

  /** Tracks that the user's selection left out, such as those beyond a limit. */
  public long leftOut() {
    return leftOut;
  }

  public double audioSeconds() {
    return audioSeconds;
  }

  /** Time that tasks spent on tracks. */
  public double wallSeconds() {
    return wallSeconds;
  }

  /** Where that time went. */
  public StageTimes times() {
    return times;
  }

  /** The first tracks that were skipped or failed; as far as there is room, remarks on others. */
  public List<TrackResult> listed() {
    return List.copyOf(listed);
  }

  /** The run in words, with every listed track on a line of its own. */
  public String describe(String verb) {
    StringBuilder text = new StringBuilder();
    damages.forEach(damage -> text.append("%s%n".formatted(SafeText.line(damage))));
    remarks.forEach(remark -> text.append("%s%n".formatted(SafeText.line(remark))));
    notes.forEach(note -> text.append("%s%n".formatted(SafeText.line(note.describe()))));
    reasonsBefore.forEach(
        reason -> text.append("failed before %s%n".formatted(SafeText.line(reason))));
    for (TrackResult result : listed) {
      text.append(
          "%s %s: %s%n"
              .formatted(
                  result.status().name().toLowerCase(Locale.ROOT),
                  SafeText.line(result.trackId()),
                  SafeText.line(result.note())));
    }
    long unlisted = noted - listed.size();
    if (unlisted > 0) {
      text.append("and %d more%n".formatted(unlisted));
    }
    text.append("%d tracks %s".formatted(done, verb));
    text.append(skipped > 0 ? ", %d skipped".formatted(skipped) : "");
    text.append(failed > 0 ? ", %d failed".formatted(failed) : "");
    text.append(alreadyDone > 0 ? ", %d already done".formatted(alreadyDone) : "");
    text.append(
        failedBefore > 0
            ? ", %d failed before and not tried again (--retry-failed does)".formatted(failedBefore)
            : "");
    text.append(leftOut > 0 ? ", %d left out by --since or --limit".formatted(leftOut) : "");
    return text.toString();
  }
}
