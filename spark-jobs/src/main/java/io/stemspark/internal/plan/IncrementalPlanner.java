package io.stemspark.internal.plan;

import io.stemspark.internal.corpus.AudioFile;
import io.stemspark.internal.corpus.CorpusEntry;
import io.stemspark.internal.corpus.CorpusNote;
import io.stemspark.internal.corpus.CorpusNote.Kind;
import io.stemspark.internal.corpus.Track;
import io.stemspark.internal.corpus.Track.Problem;
import io.stemspark.internal.journal.JournalDamage;
import io.stemspark.internal.journal.OutputContract;
import io.stemspark.internal.journal.StoredFile;
import io.stemspark.internal.journal.TrackResult;
import io.stemspark.internal.lease.Lease;
import io.stemspark.internal.text.Reason;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.security.AccessControlException;

/**
 * Decides about tracks, by what the journal says of them. Runs with Spark, runs without it and dry
 * runs share it.
 *
 * @param contract what the results of this run depend on
 * @param selection what the user wants
 * @param corpus what the run reads, as a full URI
 * @param oneFile whether the user named a single audio file, whose result does not replace that of
 *     another file with the same name
 * @param guard keeps results from replacing files of the corpus
 */
public record IncrementalPlanner(
    OutputContract contract, Selection selection, String corpus, boolean oneFile, CorpusGuard guard)
    implements Serializable {
  /** Whether the run removes the results of tracks that the corpus no longer has. */
  boolean removes() {
    return !contract.ownsFiles() && !selection.onlyNew();
  }

  /** The same where the journal is damaged: of what these runs wrote, not everything is known. */
  IncrementalPlanner after(List<JournalDamage> damages, Configuration configuration)
      throws IOException {
    if (damages.isEmpty() || !contract.ownsFiles()) {
      return this;
    }
    Set<String> runs = damages.stream().map(JournalDamage::run).collect(Collectors.toSet());
    CorpusGuard wary =
        new CorpusGuard(
            guard.number(),
            guard.amongSongs(),
            guard.byTags(),
            Lease.unfinished(contract.output(), guard.number(), runs, configuration));
    return new IncrementalPlanner(contract, selection, corpus, oneFile, wary);
  }

  /**
   * An entry of the corpus, with the tags that its place depends on: those that the journal has, if
   * its file is the same, or else the file's.
   */
  CorpusEntry tagged(CorpusEntry entry, Iterable<TrackHistory> past, Configuration configuration) {
    if (!contract.dependsOnTags()
        || !(entry instanceof Track track)
        || track.problem() != null
        || contract.inputs(track).isEmpty()) {
      return entry;
    }
    String input = contract.fingerprint(track).input();
    TrackHistory done = TrackHistory.lastDone(past);
    if (done != null && done.tags() != null && done.fingerprint().input().equals(input)) {
      return track.tagged(done.tags());
    }
    try {
      return track.tagged(contract.tags(track, configuration));
    } catch (IOException | RuntimeException e) {
      String reason = "Its tags, which name its result, cannot be read: " + Reason.of(e);
      return track.with(new Problem(reason, TrackResult.isFaultOfTrack(e)));
    }
  }

  /**
   * Decides about the entries of one {@link CorpusEntry#group}. There should be one track of an id;
   * there is none if the corpus no longer has it.
   *
   * @param past what earlier runs did with that id
   * @param rivals ids of other tracks whose results would lie in the same place
   * @param files what lies in the output folder
   */
  List<PlanEntry> decide(
      String group,
      Iterable<? extends CorpusEntry> entries,
      Iterable<TrackHistory> past,
      Iterable<String> rivals,
      OutputFiles files) {
    if (!entries.iterator().hasNext()) {
      return decideAbsent(group, past);
    }
    List<PlanEntry> decisions = new ArrayList<>();
    List<Track> tracks = new ArrayList<>();
    for (CorpusEntry entry : entries) {
      if (entry instanceof Track track) {
        tracks.add(track);
      } else if (entry instanceof CorpusNote note) {
        decisions.add(new PlanEntry.OnNote(note));
      }
    }
    for (Track track : withoutRepetitions(tracks, decisions)) {
      Track placed = withRivals(track, rivals);
      // One that had to be called otherwise is not what earlier runs did.
      Iterable<TrackHistory> own = track.id().equals(group) ? past : List.of();
      try {
        decisions.add(decideWhereItLies(placed, own, files));
      } catch (UncheckedIOException e) {
        decisions.add(decideUnseen(placed, e));
      }
    }
    return decisions;
  }

  private PlanEntry decideWhereItLies(Track track, Iterable<TrackHistory> past, OutputFiles files) {
    PlanEntry decision = decide(track, past, files);
    if (decision instanceof PlanEntry.OnTrack found && found.reason().isPending()) {
      Track kept = withoutOverwriting(track, past, files);
      return kept.equals(track) ? decision : decide(kept, past, files);
    }
    return decision;
  }

  /**
   * Decides about a track whose place in the output folder cannot be looked at.
   *
   * @throws UncheckedIOException when that is so because all of storage cannot be reached
   */
  private static PlanEntry decideUnseen(Track track, UncheckedIOException failure) {
    // Not permitted, or a name too long: the exception names the file.
    if (!(failure.getCause() instanceof FileSystemException
        || failure.getCause() instanceof AccessControlException)) {
      throw failure;
    }
    Problem problem =
        new Problem(
            "Its place in the output folder cannot be looked at: " + Reason.of(failure.getCause()),
            false);
    return new PlanEntry.OnTrack(track.with(problem), PlanReason.UNUSABLE, "", null);
  }

  /** Decides about an id that the corpus no longer has; nothing if its result stays. */
  private List<PlanEntry> decideAbsent(String id, Iterable<TrackHistory> past) {
    TrackHistory done = TrackHistory.lastDone(past);
    boolean goes = removes() && done != null && done.isOf(corpus) && !TrackHistory.wasLeftOut(past);
    return goes ? List.of(new PlanEntry.OnRemoved(id)) : List.of();
  }

  /**
   * Leaves one track of an id. Of equal lines of a list, one is kept. If a song lies beside a
   * folder of its stems, the one that this job reads is kept. Otherwise none of the different
   * tracks of one id can be done.
   */
  private List<Track> withoutRepetitions(List<Track> tracks, List<PlanEntry> decisions) {
    List<Track> distinct = new ArrayList<>();
    Set<Track> contents = new HashSet<>();
    tracks.sort(Comparator.comparing(Track::place));
    for (Track track : tracks) {
      if (contents.add(track.content())) {
        distinct.add(track);
      } else {
        decisions.add(note(Kind.REPEATED, track));
      }
    }
    if (distinct.size() < 2) {
      return distinct;
    }
    // A folder that cannot be listed is none of the tracks: a song beside it may have its name.
    List<Track> closed = distinct.stream().filter(IncrementalPlanner::isClosedFolder).toList();
    distinct.removeAll(closed);
    List<Track> left = new ArrayList<>(oneOf(distinct, decisions));
    closed.forEach(folder -> left.add(namedByPlace(folder)));
    return left;
  }

  private static boolean isClosedFolder(Track track) {
    return track.files().isEmpty() && track.mayHideOthers();
  }

  private static Track namedByPlace(Track track) {
    return track.named("%s (%s)".formatted(track.id(), track.place()));
  }

  /** Of different tracks of one id, the one that can be done; all of them, as failures, if none. */
  private List<Track> oneOf(List<Track> distinct, List<PlanEntry> decisions) {
    if (distinct.size() < 2) {
      return distinct;
    }
    List<Track> read =
        distinct.stream().filter(track -> !contract.inputs(track).isEmpty()).toList();
    boolean sound = distinct.stream().allMatch(track -> track.problem() == null);
    if (read.size() == 1 && sound) {
      distinct.removeAll(read);
      distinct.forEach(track -> decisions.add(note(Kind.NOT_READ, track)));
      return read;
    }
    String reason =
        "%d tracks would be called %s: %s and %s. Give each an id of its own."
            .formatted(
                distinct.size(),
                distinct.get(0).id(),
                distinct.get(0).place(),
                distinct.get(1).place());
    return distinct.stream()
        .map(track -> namedByPlace(track).with(new Problem(reason, true)))
        .toList();
  }

  private static PlanEntry note(Kind kind, Track track) {
    return new PlanEntry.OnNote(CorpusNote.of(kind, "", track.place()));
  }

  /** The track, with a problem if its result has no place of its own. */
  private Track withRivals(Track track, Iterable<String> rivals) {
    if (track.problem() != null) {
      return track;
    }
    try {
      List<String> places = contract.places(track);
      for (String rival : rivals) {
        return track.with(
            new Problem(
                "Its result would lie where that of track %s lies: %s. Give one of them another %s,"
                        .formatted(rival, places.get(0), contract.dependsOnTags() ? "title" : "id")
                    + " or change stemspark.output.path.",
                true));
      }
      return track;
    } catch (IllegalArgumentException e) {
      return track.with(new Problem(e.getMessage(), true));
    }
  }

  /** The track, with a problem if its result would replace a file of the corpus. */
  private Track withoutOverwriting(Track track, Iterable<TrackHistory> past, OutputFiles files) {
    if (track.problem() != null || !contract.ownsFiles()) {
      return track;
    }
    Set<String> own = TrackHistory.outputSizes(past).keySet();
    return contract.places(track).stream()
        .map(place -> guard.inTheWay(place, track, contract.output(), own, files))
        .flatMap(Optional::stream)
        .findFirst()
        .map(
            file ->
                track.with(
                    new Problem(
                        ("Its result would take the place of %s, which no run has written for it. Name"
                                + " another output folder, or move that file away.")
                            .formatted(file),
                        true)))
        .orElse(track);
  }

  private PlanEntry decide(Track track, Iterable<TrackHistory> past, OutputFiles files) {
    TrackHistory.Wanted wanted =
        new TrackHistory.Wanted(
            contract.identity(track),
            contract.formerFingerprint(track),
            contract.dependsOnSplit() ? track.split() : "");
    PlanReason reason = TrackHistory.decide(wanted, past, selection, files, guard);
    TrackHistory before = TrackHistory.lastDone(past);
    if (reason.isPending() && isOld(track)) {
      reason = PlanReason.TOO_OLD;
    }
    if (oneFile
        && reason == PlanReason.INPUT_CHANGED
        && !before.firstInput().equals(TrackHistory.firstInput(contract.inputs(track)))) {
      return new PlanEntry.Refusal(
          "Track %s (%s): the output folder has stems of that name from %s. Name another folder."
              .formatted(track.id(), track.uri(), before.firstInput()));
    }
    if (reason.isPending() && track.problem() != null) {
      reason = PlanReason.UNUSABLE;
    }
    String note = reason == PlanReason.AT_FAULT ? TrackHistory.last(past).note() : "";
    boolean replaces = reason.isPending() && before != null && contract.ownsFiles();
    Track found = replaces ? track.replacing(former(track, past)) : track;
    return new PlanEntry.OnTrack(found, reason, note, before);
  }

  /** What earlier runs wrote in the folders of this track, whatever split the track was in. */
  private Map<String, Long> former(Track track, Iterable<TrackHistory> past) {
    Set<String> folders = new HashSet<>(folders(track));
    past.forEach(row -> folders.addAll(folders(track.in(row.split()).tagged(row.tags()))));
    Map<String, Long> files = TrackHistory.outputSizes(past);
    files.keySet().removeIf(path -> !folders.contains(StoredFile.folder(path)));
    return files;
  }

  private Set<String> folders(Track track) {
    try {
      return contract.folders(track);
    } catch (IllegalArgumentException e) {
      return Set.of(); // A split from another layout may have no folder in this one.
    }
  }

  private boolean isOld(Track track) {
    List<AudioFile> inputs = contract.inputs(track);
    return !inputs.isEmpty()
        && inputs.stream().mapToLong(AudioFile::modified).allMatch(this::isOld);
  }

  private boolean isOld(long modified) {
    return modified != AudioFile.UNKNOWN && modified < selection.since();
  }
}
