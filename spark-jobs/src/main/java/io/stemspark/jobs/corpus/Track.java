package io.stemspark.jobs.corpus;

import java.io.Serializable;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * A track of a corpus.
 *
 * @param id unique in the corpus; its path below the corpus, with "/" between folders
 * @param split "train", "test" and so on: the first folder of a nested track, else "train"
 * @param mixture the mixture, or null where only stems exist
 * @param vocals the vocals, or null where they are not known
 * @param accompaniment the stems that sum to everything but the vocals; may be empty
 */
public record Track(
    String id, String split, AudioFile mixture, AudioFile vocals, List<AudioFile> accompaniment)
    implements Serializable {
  public Track {
    accompaniment = List.copyOf(accompaniment);
  }

  /** Size of all files together. */
  public long bytes() {
    return AudioFile.bytes(
        Stream.concat(Stream.of(mixture, vocals), accompaniment.stream())
            .filter(Objects::nonNull)
            .toList());
  }

  /** Where it lies: its mixture, or else its vocals. */
  public String uri() {
    return (mixture == null ? vocals : mixture).uri();
  }

  /** Whether there is something to separate. */
  public boolean hasMixture() {
    return mixture != null;
  }

  /** Whether vocals and accompaniment are both known, so that the track can be trained on. */
  public boolean hasStems() {
    return vocals != null && !accompaniment.isEmpty();
  }
}
