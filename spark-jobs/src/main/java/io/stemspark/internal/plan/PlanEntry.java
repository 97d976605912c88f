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
   * @param note of a track that failed before: why
   * @param done what became of it when it was last done; null if it never was
   */
  record OnTrack(Track track, PlanReason reason, String note, TrackHistory done)
      implements PlanEntry {}

  /** A track that was done and is not in the corpus any more. */
  record OnRemoved(String trackId) implements PlanEntry {}

  /** An entry that is not a track. */
  record OnNote(CorpusNote note) implements PlanEntry {}

  /**
   * What keeps the whole run from starting.
   *
   * @param reason a sentence
   */
  record Refusal(String reason) implements PlanEntry {}
}
