package io.stemspark.internal.plan;

import io.stemspark.internal.corpus.AudioFile;
import io.stemspark.internal.corpus.Track;
import io.stemspark.internal.journal.StoredFile;
import io.stemspark.internal.lease.UnfinishedRun;
import java.io.Serializable;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Knows which files in the output folder are whose: keeps results from replacing files of the
 * corpus, and results of killed runs from being taken for those of others.
 *
 * @param number of the run that plans
 * @param amongSongs whether other entries of the corpus may lie where results do
 * @param byTags whether tracks of other corpora may have the same places
 * @param unfinished runs that did not end properly; files that were stored while they ran may be
 *     theirs, although the journal does not say so
 */
public record CorpusGuard(
    long number, boolean amongSongs, boolean byTags, List<UnfinishedRun> unfinished)
    implements Serializable {
  /** For jobs whose results lie in their own folders. */
  public static final CorpusGuard NONE = new CorpusGuard(0, false, false, List.of());

  /** Clocks of storage and drivers may differ, and a run takes seconds before its first stem. */
  private static final long MARGIN = Duration.ofMinutes(5).toMillis();

  public CorpusGuard {
    unfinished = List.copyOf(unfinished);
  }

  /**
   * Finds a file that no run has written and that a result would replace, or of which the result
   * would look like another version.
   *
   * @param place of the result, in the output folder
   * @param own what runs have written of the track, in that folder
   */
  Optional<String> inTheWay(
      String place, Track track, String output, Set<String> own, OutputFiles files) {
    if (amongSongs) {
      for (Map.Entry<String, Long> file : files.namesakes(place).entrySet()) {
        if (!own.contains(file.getKey()) && !mayBeLeft(file.getValue())) {
          return Optional.of(new StoredFile(file.getKey(), 0).in(output));
        }
      }
    }
    StoredFile exact = new StoredFile(place, 0);
    String uri = exact.in(output);
    if (byTags && !own.contains(place)) {
      long modified = files.modified(exact);
      if (modified != Long.MIN_VALUE && !mayBeLeft(modified)) {
        return Optional.of(uri);
      }
    }
    return track.files().stream()
        .filter(file -> file.uri().equals(uri))
        .filter(file -> !own.contains(below(output, file.uri())) && !mayBeLeft(file.modified()))
        .map(AudioFile::uri)
        .findFirst();
  }

  /**
   * Whether a later run may have replaced a file that a row of the journal tells of. A run that is
   * killed may have written results of which its journal says nothing, and of the same size.
   *
   * @param number of the run that wrote the row
   */
  boolean mayBeReplaced(long number, StoredFile file, OutputFiles files) {
    OptionalLong since =
        unfinished.stream()
            .filter(run -> run.number() > number)
            .mapToLong(UnfinishedRun::planned)
            .min();
    return since.isPresent() && files.modified(file) >= since.getAsLong();
  }

  private boolean mayBeLeft(long modified) {
    return unfinished.stream()
        .anyMatch(run -> modified >= run.taken() && modified <= run.deadline() + MARGIN);
  }

  private static String below(String folder, String uri) {
    return uri.startsWith(folder + "/") ? uri.substring(folder.length() + 1) : uri;
  }
}
