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
 */
record Decision(Track track, Verdict verdict, String note, String problem) implements Serializable {
  boolean isPending() {
    return problem == null && verdict.isPending();
  }
}
