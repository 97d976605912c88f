package io.stemspark.internal.plan;

import io.stemspark.internal.corpus.CorpusNote;
import io.stemspark.internal.corpus.Track;
import java.io.Serializable;

/** What a run does about an entry of a corpus. */
sealed interface PlanEntry extends Serializable {
  /**
   * A track.
   *
   * @param track the track
   * @param reason whether and why it is taken on
   * @param note why a track failed before
   * @param done the result when it was last done; null if it never was
   */
  record OnTrack(Track track, PlanReason reason, String note, TrackHistory done)
      implements PlanEntry {}

  /** A track that was done and that the corpus no longer has. */
  record OnRemoved(String trackId) implements PlanEntry {}

  /** An entry that is not a track. */
  record OnNote(CorpusNote note) implements PlanEntry {}

  /**
   * A reason why the whole run cannot start.
   *
   * @param reason a sentence
   */
  record Refusal(String reason) implements PlanEntry {}
}
