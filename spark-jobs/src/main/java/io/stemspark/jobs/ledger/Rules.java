package io.stemspark.jobs.ledger;

import io.stemspark.jobs.corpus.AudioFile;
import io.stemspark.jobs.corpus.Track;
import java.io.Serializable;
import java.util.List;

/** What a job knows of its results. */
public interface Rules extends Serializable {
  /** The files that are read of a track. */
  List<AudioFile> inputs(Track track);

  /** What the track's result depends on. */
  Fingerprint fingerprint(Track track);

  /**
   * Proves that the track's result has a place.
   *
   * @throws IllegalArgumentException that says why it has none
   */
  void requirePlace(Track track);

  /** Whether a result can be replaced by a newer one of the same track. */
  boolean canReplace();
}
