package io.stemspark.internal.corpus;

import io.stemspark.internal.corpus.CorpusNote.Kind;
import io.stemspark.internal.corpus.Track.Part;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.TreeMap;

/**
 * Makes tracks of the files of a folder tree, a folder at a time. A folder with a file named {@code
 * mixture} or {@code vocals} and nothing but stems is one track, in MUSDB18's layout: {@code
 * <split>/<track>/{mixture,vocals,drums,bass,other}.wav}, or {@code accompaniment} in place of the
 * last three. So is a file {@code <track>.stem.mp4}, whose audio streams are mixture, drums, bass,
 * other and vocals. Any other audio file is a track of its own, of which only the mixture is known.
 */
final class FolderTracks implements Iterator<CorpusEntry> {
  /** If a folder has more files, they are songs: there are not as many names of stems. */
  private static final int MAX_STEMS = 16;

  private final String rootName;
  private final Iterator<? extends Listed> files;
  private final Deque<CorpusEntry> ready = new ArrayDeque<>();
  private final Deque<FoundFile> ahead = new ArrayDeque<>();
  private String folderOfSongs;

  /**
   * @param rootName the id of a track whose stems lie in the root
   * @param files sorted by {@link Listed#ORDER}
   */
  FolderTracks(String rootName, Iterator<? extends Listed> files) {
    this.rootName = rootName;
    this.files = files;
  }

  /** The next file, which is not removed; null at the end. Other entries are passed on at once. */
  private FoundFile peek() {
    while (ahead.isEmpty() && files.hasNext()) {
      Listed next = files.next();
      if (next instanceof FoundFile file) {
        ahead.add(file);
      } else if (next instanceof Listed.Other other) {
        ready.add(other.entry());
      }
    }
    return ahead.peek();
  }

  @Override
  public boolean hasNext() {
    return peek() != null || !ready.isEmpty();
  }

  @Override
  public CorpusEntry next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    if (ready.isEmpty()) {
      FoundFile first = peek();
      if (first.marksStems() && !first.folder().equals(folderOfSongs)) {
        addFolderOfStems(first.folder());
      } else {
        addFilesOfOneTitle();
      }
    }
    return ready.remove();
  }

  private void addFolderOfStems(String folder) {
    List<FoundFile> all = new ArrayList<>();
    while (all.size() <= MAX_STEMS && peek() != null && peek().folder().equals(folder)) {
      all.add(ahead.remove());
    }
    Set<String> names = new HashSet<>();
    boolean stems = all.size() <= MAX_STEMS;
    for (FoundFile file : all) {
      stems &= file.isCalledLikeStem() && !file.isStemFile() && names.add(file.stem());
    }
    if (stems) {
      ready.add(stems(all));
    } else {
      all.addAll(ahead);
      ahead.clear();
      ahead.addAll(all);
      folderOfSongs = folder;
      ready.add(CorpusNote.of(Kind.MIXED_FOLDER, "", folder.isEmpty() ? rootName : folder));
    }
  }

  private Track stems(List<FoundFile> files) {
    Map<String, AudioFile> stems = new TreeMap<>();
    files.forEach(file -> stems.put(file.stem(), file.file()));
    String folder = files.get(0).folder();
    String id = folder.isEmpty() ? rootName : folder;
    return Track.of(id, split(id), stems);
  }

  /** song.mp3 beside song.wav: both keep their extension, or their stems would collide. */
  private void addFilesOfOneTitle() {
    FoundFile first = peek();
    List<FoundFile> same = new ArrayList<>();
    while (peek() != null
        && peek().folder().equals(first.folder())
        && peek().title().equals(first.title())) {
      same.add(ahead.remove());
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
        List.of(
            new Part("drums", file.stream(1)),
            new Part("bass", file.stream(2)),
            new Part("other", file.stream(3))));
  }

  private static String split(String id) {
    int slash = id.indexOf('/');
    return slash < 0 ? Track.DEFAULT_SPLIT : id.substring(0, slash);
  }
}
