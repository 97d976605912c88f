package io.stemspark.internal.journal;

import io.stemspark.internal.corpus.AudioFile;
import io.stemspark.internal.corpus.Track;
import io.stemspark.internal.text.SafeText;
import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;

/** What a job knows about its results. */
public interface OutputContract extends Serializable {
  /** The output folder, as a full URI. */
  String output();

  /** The files of a track that are read. */
  List<AudioFile> inputs(Track track);

  /** What the result of a usable track depends on. */
  Fingerprint fingerprint(Track track);

  /** The same as it was written by releases before fingerprints had versions. */
  Fingerprint formerFingerprint(Track track);

  /** What the result depends on. For a track that cannot be processed, that includes the reason. */
  default Fingerprint identity(Track track) {
    Fingerprint usable = fingerprint(track);
    return track.problem() == null
        ? usable
        : new Fingerprint(
            Fingerprint.of(List.of(usable.input(), SafeText.of(track.problem().reason()))),
            usable.model(),
            usable.settings());
  }

  /**
   * The files that a track's result is written to, as paths in the output folder; none where tracks
   * share files.
   *
   * @throws IllegalArgumentException when there is no place for the result; the message says why
   */
  List<String> places(Track track);

  /**
   * The folders in which a track's files lie, wanted or not, as paths in the output folder; none
   * where tracks share files.
   *
   * @throws IllegalArgumentException as {@link #places} does
   */
  default Set<String> folders(Track track) {
    return Set.of();
  }

  /** Whether a track's result depends on its split, if only by where it lies. */
  default boolean dependsOnSplit() {
    return !idsGivePlaces();
  }

  /** Whether tracks of different ids have different {@link #places} in any case. */
  default boolean idsGivePlaces() {
    return true;
  }

  /** Whether {@link #places} depend on what tracks' files say of their music. */
  default boolean dependsOnTags() {
    return false;
  }

  /** What a track's file says of its music, as places need it. */
  default Map<String, String> tags(Track track, Configuration configuration) throws IOException {
    return Map.of();
  }

  /** Whether a track's files hold nothing of other tracks. */
  default boolean ownsFiles() {
    return true;
  }
}
