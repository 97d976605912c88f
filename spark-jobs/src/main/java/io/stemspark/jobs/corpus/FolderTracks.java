package io.stemspark.jobs.corpus;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.TreeMap;

/**
 * Makes tracks of the files of a folder tree, a folder at a time. A folder with a file named {@code
 * mixture} or {@code vocals} is one track, in MUSDB18's layout: {@code
 * <split>/<track>/{mixture,vocals,drums,bass,other}.wav}, or {@code accompaniment} in place of the
 * last three. So is a file {@code <track>.stem.mp4}, whose audio streams are mixture, drums, bass,
 * other and vocals. Any other audio file is a track of its own, of which only the mixture is known.
 */
final class FolderTracks implements Iterator<Track> {
  private static final String DEFAULT_SPLIT = "train";

  private final String rootName;
  private final Iterator<FoundFile> files;
  private final Deque<Track> ready = new ArrayDeque<>();
  private FoundFile next;

  /**
   * @param rootName the id of a track whose stems lie in the root
   * @param files sorted by {@link FoundFile#ORDER}
   */
  FolderTracks(String rootName, Iterator<FoundFile> files) {
    this.rootName = rootName;
    this.files = files;
    advance();
  }

  private void advance() {
    next = files.hasNext() ? files.next() : null;
  }

  @Override
  public boolean hasNext() {
    return next != null || !ready.isEmpty();
  }

  /**
   * @throws IllegalArgumentException when a folder holds a stem twice
   */
  @Override
  public Track next() {
    if (!ready.isEmpty()) {
      return ready.remove();
    }
    if (next == null) {
      throw new NoSuchElementException();
    }
    if (next.marksStems()) {
      return stems();
    }
    addFilesOfOneTitle();
    return ready.remove();
  }

  private Track stems() {
    FoundFile first = next;
    TreeMap<String, FoundFile> stems = new TreeMap<>();
    while (next != null && next.folder().equals(first.folder())) {
      FoundFile other = stems.put(next.stem(), next);
      if (other != null) {
        throw new IllegalArgumentException(
            "%s holds the same stem twice: %s and %s"
                .formatted(first.folder(), other.name(), next.name()));
      }
      advance();
    }
    String id = first.folder().isEmpty() ? rootName : first.folder();
    return new Track(
        id,
        split(id),
        file(stems.get("mixture")),
        file(stems.get("vocals")),
        stems.containsKey("accompaniment")
            ? List.of(file(stems.get("accompaniment")))
            : stems.entrySet().stream()
                .filter(stem -> !Set.of("mixture", "vocals").contains(stem.getKey()))
                .map(stem -> stem.getValue().file())
                .toList());
  }

  private static AudioFile file(FoundFile found) {
    return found == null ? null : found.file();
  }

  /** song.mp3 beside song.wav: both keep their extension, or their stems would collide. */
  private void addFilesOfOneTitle() {
    FoundFile first = next;
    List<FoundFile> same = new ArrayList<>();
    while (next != null
        && next.folder().equals(first.folder())
        && next.title().equals(first.title())) {
      same.add(next);
      advance();
    }
    for (FoundFile file : same) {
      ready.add(single(file, same.size() == 1 ? file.title() : file.name()));
    }
  }

  /** The track that a file is by itself. */
  static Track single(FoundFile found, String name) {
    String id = found.beside(name);
    AudioFile file = found.file();
    if (!found.isStemFile()) {
      return new Track(id, split(id), file, null, List.of());
    }
    return new Track(
        id,
        split(id),
        file.stream(0),
        file.stream(4),
        List.of(file.stream(1), file.stream(2), file.stream(3)));
  }

  private static String split(String id) {
    int slash = id.indexOf('/');
    return slash < 0 ? DEFAULT_SPLIT : id.substring(0, slash);
  }
}
