package io.stemspark.jobs.plan;

import io.stemspark.jobs.corpus.Track;
import java.io.Serializable;

/**
 * What a run does about a track.
 *
 * @param track the track
 * @param verdict whether and why it is taken on
 * @param note of a track that failed before: why
 * @param problem null, or why the whole run cannot start
 * @param done what became of it when it was last done; null if it never was
 * @param ownFiles whether the files of that are its own
 */
record Decision(
    Track track, Verdict verdict, String note, String problem, Past done, boolean ownFiles)
    implements Serializable {
  static Decision problem(Track track, String problem) {
    return new Decision(track, null, "", problem, null, false);
  }

  boolean isPending() {
    return problem == null && verdict.isPending();
  }
}
