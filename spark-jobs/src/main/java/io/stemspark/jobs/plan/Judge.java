package io.stemspark.jobs.plan;

import io.stemspark.jobs.corpus.AudioFile;
import io.stemspark.jobs.corpus.Track;
import io.stemspark.jobs.ledger.Rules;
import io.stemspark.jobs.ledger.StoredFile;
import java.io.Serializable;
import java.util.Iterator;
import java.util.function.Predicate;

/**
 * Decides about tracks, by what the ledger says of them.
 *
 * @param rules what the results of this run depend on
 * @param selection what the user wants
 */
public record Judge(Rules rules, Selection selection) implements Serializable {
  /**
   * Decides about the tracks of one id, of which there should be one.
   *
   * @param past what became of that id in earlier runs
   * @param isThere whether a file lies where a row says, in that size
   */
  Decision judge(Iterable<Track> tracks, Iterable<Past> past, Predicate<StoredFile> isThere) {
    Iterator<Track> all = tracks.iterator();
    Track track = all.next();
    String problem = all.hasNext() ? collision(track, all.next()) : problem(track);
    if (problem != null) {
      return Decision.problem(track, problem);
    }
    Verdict verdict = Past.judge(rules.fingerprint(track), past, selection, isThere);
    if (verdict.isPending() && isOld(track)) {
      verdict = Verdict.TOO_OLD;
    }
    boolean half =
        verdict == Verdict.OUTPUT_GONE && Past.lastDone(past).outputs().stream().anyMatch(isThere);
    if ((verdict.isReplacement() || half) && !rules.canReplace()) {
      return Decision.problem(
          track,
          ("track %s (%s): %s. Name a new output folder, or leave such tracks as they are with"
                  + " --only-new")
              .formatted(track.id(), track.uri(), verdict.words()));
    }
    String note = verdict == Verdict.AT_FAULT ? Past.last(past).note() : "";
    return new Decision(track, verdict, note, null, Past.lastDone(past), rules.canReplace());
  }

  private boolean isOld(Track track) {
    return !rules.inputs(track).isEmpty()
        && rules.inputs(track).stream()
            .allMatch(
                file ->
                    file.modified() != AudioFile.UNKNOWN && file.modified() < selection.since());
  }

  private static String collision(Track one, Track other) {
    return "two tracks would both be called %s: %s and %s; rename one"
        .formatted(one.id(), one.uri(), other.uri());
  }

  private String problem(Track track) {
    try {
      rules.requirePlace(track);
      return null;
    } catch (IllegalArgumentException e) {
      return "track %s (%s): %s".formatted(track.id(), track.uri(), e.getMessage());
    }
  }
}
