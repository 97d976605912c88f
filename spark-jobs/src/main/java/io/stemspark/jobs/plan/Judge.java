package io.stemspark.jobs.plan;

import io.stemspark.jobs.corpus.AudioFile;
import io.stemspark.jobs.corpus.CorpusEntry;
import io.stemspark.jobs.corpus.CorpusNote;
import io.stemspark.jobs.corpus.CorpusNote.Kind;
import io.stemspark.jobs.corpus.Track;
import io.stemspark.jobs.corpus.Track.Problem;
import io.stemspark.jobs.ledger.Rules;
import io.stemspark.jobs.ledger.StoredFile;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Decides about tracks, by what the ledger says of them. Runs with and without Spark and dry runs
 * share it.
 *
 * @param rules what the results of this run depend on
 * @param selection what the user wants
 * @param corpus what the run reads, as a full URI
 * @param oneFile whether the user named a single audio file, which does not take the place of
 *     another file of its name
 * @param guard keeps results from taking the place of what the corpus holds
 */
public record Judge(
    Rules rules, Selection selection, String corpus, boolean oneFile, CorpusGuard guard)
    implements Serializable {
  /**
   * Decides about the entries of one id, of which there should be one.
   *
   * @param past what became of that id in earlier runs
   * @param rivals ids of other tracks whose results would lie in the same place
   * @param files what lies in the output folder
   */
  List<Decision> judge(
      Iterable<? extends CorpusEntry> entries,
      Iterable<Past> past,
      Iterable<String> rivals,
      OutputFiles files) {
    List<Decision> decisions = new ArrayList<>();
    List<Track> tracks = new ArrayList<>();
    CorpusNote sum = null;
    for (CorpusEntry entry : entries) {
      if (entry instanceof Track track) {
        tracks.add(track);
      } else if (entry instanceof CorpusNote note) {
        sum = sum == null ? note : sum.plus(note);
      }
    }
    if (sum != null) {
      decisions.add(new Decision.OnNote(sum));
    }
    for (Track track : withoutRepetitions(tracks, decisions)) {
      Track placed = withRivals(track, rivals);
      Decision decision = judge(placed, past, files);
      if (decision instanceof Decision.OnTrack found && found.verdict().isPending()) {
        Track kept = withoutOverwriting(placed, past, files);
        decision = kept.equals(placed) ? decision : judge(kept, past, files);
      }
      decisions.add(decision);
    }
    return decisions;
  }

  /**
   * Decides about an id that the corpus does not have any more.
   *
   * @return nothing where its result stays
   */
  List<Decision> judgeAbsent(String id, Iterable<Past> past) {
    Past done = Past.lastDone(past);
    boolean goes = !rules.ownsFiles() && !selection.onlyNew() && done != null && done.isOf(corpus);
    return goes ? List.of(new Decision.OnRemoved(id)) : List.of();
  }

  /**
   * Of equal lines of a list one is enough, and of a song beside a folder of its own stems the one
   * that this job reads; else different tracks of one id cannot both be done.
   */
  private List<Track> withoutRepetitions(List<Track> tracks, List<Decision> decisions) {
    List<Track> distinct = new ArrayList<>();
    Set<Track> contents = new HashSet<>();
    tracks.stream()
        .sorted(Comparator.comparing(Track::place))
        .forEach(
            track -> {
              if (!contents.add(track.content())) {
                decisions.add(note(Kind.REPEATED, track));
              } else {
                distinct.add(track);
              }
            });
    if (distinct.size() < 2) {
      return distinct;
    }
    List<Track> read = distinct.stream().filter(track -> !rules.inputs(track).isEmpty()).toList();
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
        .map(
            track ->
                track
                    .named("%s (%s)".formatted(track.id(), track.place()))
                    .with(new Problem(reason, true)))
        .toList();
  }

  private static Decision note(Kind kind, Track track) {
    return new Decision.OnNote(new CorpusNote(kind, "", 1, List.of(track.place())));
  }

  /** The track, with what keeps its result from having a place of its own. */
  private Track withRivals(Track track, Iterable<String> rivals) {
    if (track.problem() != null) {
      return track;
    }
    try {
      List<String> places = rules.places(track);
      for (String rival : rivals) {
        return track.with(
            new Problem(
                "Its result would lie where that of track %s lies: %s. Give one of them another id,"
                        .formatted(rival, places.get(0))
                    + " or change stemspark.output.path.",
                true));
      }
      return track;
    } catch (IllegalArgumentException e) {
      return track.with(new Problem(e.getMessage(), true));
    }
  }

  /** The track, unless its result would take the place of what the corpus holds. */
  private Track withoutOverwriting(Track track, Iterable<Past> past, OutputFiles files) {
    if (track.problem() != null || !rules.ownsFiles()) {
      return track;
    }
    Set<String> own = Past.outputSizes(past).keySet();
    return rules.places(track).stream()
        .map(place -> guard.inTheWay(place, track, rules.output(), own, files))
        .flatMap(Optional::stream)
        .findFirst()
        .map(
            file ->
                track.with(
                    new Problem(
                        ("Its result would take the place of %s, which no run has written. Name"
                                + " another output folder, or move that file away.")
                            .formatted(file),
                        true)))
        .orElse(track);
  }

  private Decision judge(Track track, Iterable<Past> past, OutputFiles files) {
    Past.Wanted wanted =
        new Past.Wanted(
            rules.identity(track),
            rules.formerFingerprint(track),
            rules.dependsOnSplit() ? track.split() : "");
    Verdict verdict = Past.judge(wanted, past, selection, files);
    Past before = Past.lastDone(past);
    if (verdict.isPending() && isOld(track)) {
      verdict = Verdict.TOO_OLD;
    }
    if (oneFile && verdict == Verdict.INPUT_CHANGED && !before.firstInput().equals(first(track))) {
      return new Decision.Refusal(
          "Track %s (%s): the output folder has stems of that name from %s. Name another folder."
              .formatted(track.id(), track.uri(), before.firstInput()));
    }
    if (verdict.isPending() && track.problem() != null) {
      verdict = Verdict.UNUSABLE;
    }
    String note = verdict == Verdict.AT_FAULT ? Past.last(past).note() : "";
    boolean replaces = verdict.isPending() && before != null && rules.ownsFiles();
    Track found = replaces ? track.replacing(former(track, past)) : track;
    return new Decision.OnTrack(found, verdict, note, before);
  }

  /** What earlier runs wrote where such results lie, in whatever split the track was. */
  private Map<String, Long> former(Track track, Iterable<Past> past) {
    Set<String> folders = new HashSet<>(folders(track));
    past.forEach(row -> folders.addAll(folders(track.in(row.split()))));
    Map<String, Long> files = Past.outputSizes(past);
    files.keySet().removeIf(path -> !folders.contains(StoredFile.folder(path)));
    return files;
  }

  private Set<String> folders(Track track) {
    try {
      return rules.folders(track);
    } catch (IllegalArgumentException e) {
      return Set.of(); // A split that it had under another layout may have no place in this one.
    }
  }

  private String first(Track track) {
    return Past.firstInput(rules.inputs(track));
  }

  private boolean isOld(Track track) {
    return !rules.inputs(track).isEmpty()
        && rules.inputs(track).stream()
            .allMatch(
                file ->
                    file.modified() != AudioFile.UNKNOWN && file.modified() < selection.since());
  }
}
