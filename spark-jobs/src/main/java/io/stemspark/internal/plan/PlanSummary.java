package io.stemspark.internal.plan;

import io.stemspark.internal.corpus.CorpusNote;
import io.stemspark.internal.journal.JournalDamage;
import io.stemspark.internal.text.SafeText;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The sums of a plan. Their size does not grow with the number of tracks. */
public final class PlanSummary implements Serializable {
  private static final long serialVersionUID = 1;
  private static final int MAX_LISTED = 20;

  private final Map<PlanReason, Long> tracks = new EnumMap<>(PlanReason.class);
  private final long limit;
  private long bytes;
  private long removed;
  private String example;
  private long hiding;
  private long bytesDone;
  private long bytesWritten;
  private double secondsDone;
  private final List<String> refusals = new ArrayList<>();
  private final List<String> atFault = new ArrayList<>();
  private final List<String> unusable = new ArrayList<>();
  private final Map<String, CorpusNote> notes = new TreeMap<>();
  private final List<JournalDamage> damages = new ArrayList<>();

  /**
   * @param limit how many tracks the run takes on at most
   */
  PlanSummary(long limit) {
    this.limit = limit;
  }

  /**
   * Adds an entry.
   *
   * @param ownsFiles whether a track's files hold nothing of other tracks
   */
  PlanSummary add(PlanEntry decision, boolean ownsFiles) {
    if (decision instanceof PlanEntry.Refusal refusal) {
      list(refusals, refusal.reason());
    } else if (decision instanceof PlanEntry.OnNote noted) {
      notes.merge(noted.note().key(), noted.note(), CorpusNote::plus);
      hiding += noted.note().mayHideTracks() ? 1 : 0;
    } else if (decision instanceof PlanEntry.OnRemoved gone) {
      removed++;
      example = gone.trackId();
    } else if (decision instanceof PlanEntry.OnTrack track) {
      add(track, ownsFiles);
    }
    return this;
  }

  private void add(PlanEntry.OnTrack decision, boolean ownsFiles) {
    hiding += decision.track().mayHideOthers() ? 1 : 0;
    tracks.merge(decision.reason(), 1L, Long::sum);
    bytes += decision.reason().isPending() ? decision.track().bytes() : 0;
    if (decision.done() != null) {
      bytesDone += decision.done().inputBytes();
      bytesWritten += ownsFiles ? decision.done().outputBytes() : 0;
      secondsDone += decision.done().wallSeconds();
    }
    if (decision.reason() == PlanReason.AT_FAULT) {
      list(atFault, decision.track().id() + ": " + decision.note());
    } else if (decision.reason() == PlanReason.UNUSABLE) {
      list(unusable, decision.track().id() + ": " + decision.track().problem().reason());
    }
  }

  PlanSummary merge(PlanSummary other) {
    other.tracks.forEach((reason, count) -> tracks.merge(reason, count, Long::sum));
    bytes += other.bytes;
    removed += other.removed;
    example = example == null ? other.example : example;
    hiding += other.hiding;
    bytesDone += other.bytesDone;
    bytesWritten += other.bytesWritten;
    secondsDone += other.secondsDone;
    other.refusals.forEach(refusal -> list(refusals, refusal));
    other.unusable.forEach(track -> list(unusable, track));
    other.notes.forEach((key, note) -> notes.merge(key, note, CorpusNote::plus));
    other.atFault.forEach(track -> list(atFault, track));
    return this;
  }

  private static void list(List<String> list, String line) {
    if (list.size() < MAX_LISTED) {
      list.add(line);
    }
  }

  public long tracks(PlanReason reason) {
    return tracks.getOrDefault(reason, 0L);
  }

  /** Whether the corpus has no track at all. */
  public boolean isEmpty() {
    return tracks.isEmpty();
  }

  /** Tracks that the run takes on. */
  public long pending() {
    return Math.min(limit, found());
  }

  /** Tracks that the run would take on without its limit. */
  public long beyondLimit() {
    return found() - pending();
  }

  /** Whether there is something to do for more tracks than the run takes on. */
  boolean isLimited() {
    return found() > limit;
  }

  private long found() {
    return tracks.entrySet().stream()
        .filter(entry -> entry.getKey().isPending())
        .mapToLong(Map.Entry::getValue)
        .sum();
  }

  /** Bytes of the files of {@link #pending}; with a limit, of as many average tracks. */
  public long bytes() {
    return isLimited() ? Math.round((double) bytes * limit / found()) : bytes;
  }

  /**
   * The number of tracks that were done and that the corpus no longer has, so that their results
   * are removed. It is 0 while a part of the corpus cannot be looked at, because they may lie
   * there.
   */
  public long removed() {
    return hiding > 0 ? 0 : removed;
  }

  /** The first reasons why the run cannot start. */
  public List<String> refusals() {
    return List.copyOf(refusals);
  }

  void damaged(Collection<JournalDamage> files) {
    damages.addAll(files);
  }

  public List<JournalDamage> damages() {
    return List.copyOf(damages);
  }

  /** What the corpus holds beside tracks: what was left out, by reason. */
  public List<CorpusNote> notes() {
    List<CorpusNote> all = new ArrayList<>(notes.values());
    if (removed > removed()) {
      all.add(new CorpusNote(CorpusNote.Kind.KEPT, "", removed, List.of(example)));
    }
    return all;
  }

  /** The first tracks that failed before and are not tried again, with their reasons. */
  public List<String> atFault() {
    return List.copyOf(atFault);
  }

  /**
   * The plan in words: a line for each reason, and an estimate of time and size from the tracks
   * that are done.
   *
   * @param cores number of cores that work at a time
   */
  public String describe(int cores) {
    StringBuilder text = new StringBuilder();
    damages.forEach(damage -> text.append("%s%n".formatted(SafeText.line(damage.describe()))));
    notes().forEach(note -> text.append("%s%n".formatted(SafeText.line(note.describe()))));
    unusable.forEach(track -> text.append("unusable %s%n".formatted(SafeText.line(track))));
    for (Map.Entry<PlanReason, Long> entry : tracks.entrySet()) {
      text.append(
          "%s %d tracks: %s%n"
              .formatted(
                  entry.getKey().isPending() ? "to do " : "left  ",
                  entry.getValue(),
                  entry.getKey().words()));
    }
    if (removed() > 0) {
      text.append("remove %d tracks: not in the corpus any more%n".formatted(removed()));
    }
    text.append(
        "%d tracks to do%s, %s to read"
            .formatted(pending(), isLimited() ? " by --limit" : "", size(bytes())));
    if (pending() > 0 && bytesDone > 0) {
      double part = (double) bytes() / bytesDone;
      text.append(
          "%s, about %.1f hours on %d cores at the speed of the tracks so far"
              .formatted(
                  bytesWritten > 0
                      ? ", about %s to write".formatted(size(Math.round(bytesWritten * part)))
                      : "",
                  secondsDone * part / cores / 3600,
                  cores));
    }
    return text.toString();
  }

  private static String size(long bytes) {
    return bytes < 1e9 ? "%.1f MB".formatted(bytes / 1e6) : "%.1f GB".formatted(bytes / 1e9);
  }
}
