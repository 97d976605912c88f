package io.stemspark.internal.journal;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.stemspark.internal.corpus.AudioFile;
import io.stemspark.internal.corpus.Track;
import io.stemspark.internal.lease.Fence;
import io.stemspark.internal.text.SafeText;
import io.stemspark.separation.StageTimes;
import io.stemspark.separation.StemQuality;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * What one run did with one track. The format of its JSON is {@code docs/formats/journal.md}.
 *
 * @param version {@link #VERSION}; 0 in rows of releases before there were versions
 * @param number of the run's lease, by which runs are ordered; 0 in rows without a version
 * @param corpus what the run read, as a full URI; empty in rows without a version
 * @param time when the run finished the track, in milliseconds since 1970
 * @param status the result
 * @param note why the track was not done, or a remark on how it was done
 * @param fault whether the track itself is to blame for a failure, so that another try will not
 *     help; of a skipped track, whether it was left out on purpose
 * @param fingerprint what the result depends on
 * @param audioSeconds duration of the audio
 * @param wallSeconds time that a task spent on it
 * @param output URI of the output folder at that time
 * @param outputs what was written, as paths in that folder
 * @param quality of the stems; null unless a mixture was separated
 * @param sound a description by which tracks that sound alike are found; empty if none was wanted
 * @param tags of the track, which its place depends on; null where it depends on none
 */
public record JournalEntry(
    int version,
    long number,
    String run,
    String corpus,
    long time,
    String trackId,
    String split,
    TrackResult.Status status,
    String note,
    boolean fault,
    List<AudioFile> inputs,
    Fingerprint fingerprint,
    double audioSeconds,
    double wallSeconds,
    String output,
    List<StoredFile> outputs,
    @JsonInclude(JsonInclude.Include.NON_NULL) StemQuality quality,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) String sound,
    @JsonInclude(JsonInclude.Include.NON_NULL) Map<String, String> tags)
    implements Serializable {
  /** The version that is written. Rows of those before are read too; the first have no version. */
  static final int VERSION = 3;

  /** 512 bits. Of a journal that somebody has changed, what is no sound is none. */
  private static final Pattern SOUND = Pattern.compile("[0-9a-f]{128}");

  public JournalEntry {
    Objects.requireNonNull(trackId, "track_id is null");
    Objects.requireNonNull(status, "status is null");
    Objects.requireNonNull(fingerprint, "fingerprint is null");
    Objects.requireNonNull(output, "output is null");
    corpus = corpus == null ? "" : corpus;
    run = run == null ? "" : run;
    split = split == null ? "" : split;
    note = note == null ? "" : note;
    sound = sound != null && SOUND.matcher(sound).matches() ? sound : "";
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    tags = tags == null ? null : Map.copyOf(tags);
  }

  /** The row of a track that has just been processed. */
  static JournalEntry of(TaskJournal.Opening journal, Track track, TrackResult outcome) {
    return new JournalEntry(
        VERSION,
        journal.fence().number(),
        journal.fence().run(),
        journal.corpus(),
        System.currentTimeMillis(),
        track.id(),
        track.split(),
        outcome.status(),
        outcome.note(),
        outcome.fault(),
        journal.contract().inputs(track),
        journal.contract().identity(track),
        outcome.audioSeconds(),
        outcome.wallSeconds(),
        journal.fence().output(),
        outcome.outputs(),
        outcome.quality(),
        outcome.sound(),
        track.tags());
  }

  /** The same as a row of another run, which has only moved the track's files. */
  public JournalEntry again(Fence fence, List<StoredFile> moved) {
    return of(fence, status, note, fault, moved);
  }

  /** A row that says that the track is not part of the results any more. */
  public JournalEntry removed(Fence fence) {
    return of(
        fence, TrackResult.Status.REMOVED, "It is not in the corpus any more.", fault, List.of());
  }

  /** A row that says that the track is left out because another one sounds like it. */
  public JournalEntry doubleOf(Fence fence, String other) {
    String reason = "The track was left out: it sounds like " + SafeText.line(other) + ".";
    return of(fence, TrackResult.Status.SKIPPED, reason, true, List.of());
  }

  /** A row that says that the track is wanted again, since no other sounds like it any more. */
  public JournalEntry released(Fence fence) {
    String reason = "What it sounded like is gone. The next run extracts it.";
    return of(fence, TrackResult.Status.SKIPPED, reason, false, List.of());
  }

  /** Whether the track was left out because another one sounds like it. */
  @JsonIgnore
  public boolean isDouble() {
    return status == TrackResult.Status.SKIPPED && fault && !sound.isEmpty();
  }

  private JournalEntry of(
      Fence fence,
      TrackResult.Status now,
      String words,
      boolean permanent,
      List<StoredFile> files) {
    return new JournalEntry(
        VERSION,
        fence.number(),
        fence.run(),
        corpus,
        System.currentTimeMillis(),
        trackId,
        split,
        now,
        words,
        permanent,
        inputs,
        fingerprint,
        audioSeconds,
        wallSeconds,
        fence.output(),
        files,
        quality,
        sound,
        tags);
  }

  /**
   * Whether it says what a dataset holds of the track: its rows, or none, because it was removed or
   * has nothing to extract any more. A track that failed keeps its former rows.
   */
  public boolean decidesRows() {
    return isDone() || status == TrackResult.Status.REMOVED || status == TrackResult.Status.SKIPPED;
  }

  /** Whether the track was done. */
  @JsonIgnore
  public boolean isDone() {
    return status == TrackResult.Status.DONE;
  }

  /** Whether another attempt may help: the track failed and was not to blame. */
  boolean isToRetry() {
    return status == TrackResult.Status.FAILED && !fault;
  }

  /** The track's result, without the times of its stages, which rows do not keep. */
  TrackResult outcome() {
    return new TrackResult(
        trackId,
        status,
        note,
        audioSeconds,
        wallSeconds,
        StageTimes.NONE,
        fault,
        outputs,
        quality,
        sound);
  }
}
