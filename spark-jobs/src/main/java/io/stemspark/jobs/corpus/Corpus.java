package io.stemspark.jobs.corpus;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;

/**
 * Finds the tracks of a folder tree. A folder with a file named {@code mixture} or {@code vocals}
 * is one track, in MUSDB18's layout: {@code <split>/<track>/{mixture,vocals,drums,bass,other}.wav},
 * or {@code accompaniment} in place of the last three. So is a file {@code <track>.stem.mp4}, whose
 * audio streams are mixture, drums, bass, other and vocals. Any other audio file is a track of its
 * own, of which only the mixture is known.
 */
public final class Corpus {
  private static final Set<String> EXTENSIONS =
      Set.of(
          "wav", "bwf", "rf64", "w64", "aif", "aiff", "aifc", "caf", "au", "flac", "ape", "wv",
          "tta", "mp3", "mp2", "m4a", "m4b", "mp4", "m4v", "mov", "aac", "ogg", "oga", "opus",
          "wma", "asf", "wmv", "mka", "mkv", "webm", "avi", "ac3", "eac3", "dts");

  private static final String STEM_FILE = ".stem.mp4";

  private final Path root;
  private final String rootPath;

  private Corpus(FileStatus root) {
    this.root = root.getPath();
    this.rootPath = root.getPath().toUri().getPath();
  }

  /**
   * Lists the tracks below {@code location}, or the one track that it is, sorted by id.
   *
   * @throws FileNotFoundException when there is no such file or folder, or no audio in it
   */
  public static List<Track> list(String location, Configuration configuration) throws IOException {
    Path path = new Path(location);
    FileSystem files = path.getFileSystem(configuration);
    FileStatus status;
    try {
      status = files.getFileStatus(path);
    } catch (FileNotFoundException e) {
      throw (FileNotFoundException)
          new FileNotFoundException(location + ": no such file or folder").initCause(e);
    }
    List<Track> tracks =
        status.isFile()
            ? List.of(single(status, withoutExtension(path.getName()), "train"))
            : new Corpus(status).tracks(files);
    if (tracks.isEmpty()) {
      throw new FileNotFoundException(location + ": no audio files in this folder");
    }
    return tracks;
  }

  private List<Track> tracks(FileSystem files) throws IOException {
    Map<Path, List<FileStatus>> folders = new TreeMap<>();
    RemoteIterator<LocatedFileStatus> listing = files.listFiles(root, true);
    while (listing.hasNext()) {
      FileStatus file = listing.next();
      if (isAudio(file.getPath().getName()) && !isHidden(file.getPath())) {
        folders.computeIfAbsent(file.getPath().getParent(), f -> new ArrayList<>()).add(file);
      }
    }
    List<Track> tracks = new ArrayList<>();
    for (Map.Entry<Path, List<FileStatus>> folder : folders.entrySet()) {
      addFolder(folder.getKey(), folder.getValue(), tracks);
    }
    tracks.sort(Comparator.comparing(Track::id));
    requireDistinct(tracks);
    return tracks;
  }

  /** Stems of two tracks of one id would overwrite each other. */
  private static void requireDistinct(List<Track> sorted) throws IOException {
    for (int i = 1; i < sorted.size(); i++) {
      if (sorted.get(i).id().equals(sorted.get(i - 1).id())) {
        throw new IOException(
            "two tracks would both be called %s: %s and %s; rename one"
                .formatted(sorted.get(i).id(), sorted.get(i - 1).uri(), sorted.get(i).uri()));
      }
    }
  }

  private void addFolder(Path folder, List<FileStatus> files, List<Track> tracks)
      throws IOException {
    Set<String> names =
        files.stream().map(f -> stemName(f)).collect(Collectors.toCollection(TreeSet::new));
    if (names.contains("mixture") || names.contains("vocals")) {
      String id = relative(folder);
      tracks.add(track(id.isEmpty() ? folder.getName() : id, stems(folder, files)));
    } else {
      addFiles(files, tracks);
    }
  }

  private static Map<String, FileStatus> stems(Path folder, List<FileStatus> files)
      throws IOException {
    Map<String, FileStatus> stems = new TreeMap<>();
    for (FileStatus file : files) {
      FileStatus other = stems.put(stemName(file), file);
      if (other != null) {
        throw new IOException(
            "%s holds the same stem twice: %s and %s"
                .formatted(folder, other.getPath().getName(), file.getPath().getName()));
      }
    }
    return stems;
  }

  private static String stemName(FileStatus file) {
    return withoutExtension(file.getPath().getName()).toLowerCase(Locale.ROOT);
  }

  private void addFiles(List<FileStatus> files, List<Track> tracks) {
    Map<String, Integer> names = new HashMap<>();
    files.forEach(f -> names.merge(withoutExtension(f.getPath().getName()), 1, Integer::sum));
    for (FileStatus file : files) {
      String name = file.getPath().getName();
      // song.mp3 beside song.wav: both keep their extension, or their stems would collide.
      boolean alone = names.get(withoutExtension(name)) == 1;
      String path = relative(file.getPath());
      tracks.add(single(file, alone ? withoutExtension(path) : path, splitOf(path)));
    }
  }

  private static Track track(String id, Map<String, FileStatus> stems) {
    List<AudioFile> accompaniment =
        stems.containsKey("accompaniment")
            ? List.of(AudioFile.of(stems.get("accompaniment")))
            : stems.entrySet().stream()
                .filter(e -> !Set.of("mixture", "vocals").contains(e.getKey()))
                .map(e -> AudioFile.of(e.getValue()))
                .toList();
    return new Track(
        id,
        splitOf(id),
        stems.containsKey("mixture") ? AudioFile.of(stems.get("mixture")) : null,
        stems.containsKey("vocals") ? AudioFile.of(stems.get("vocals")) : null,
        accompaniment);
  }

  private static Track single(FileStatus file, String id, String split) {
    if (!file.getPath().getName().toLowerCase(Locale.ROOT).endsWith(STEM_FILE)) {
      return new Track(id, split, AudioFile.of(file), null, List.of());
    }
    return new Track(
        id,
        split,
        AudioFile.of(file, 0),
        AudioFile.of(file, 4),
        List.of(AudioFile.of(file, 1), AudioFile.of(file, 2), AudioFile.of(file, 3)));
  }

  private static String splitOf(String path) {
    int slash = path.indexOf('/');
    return slash < 0 ? "train" : path.substring(0, slash);
  }

  private String relative(Path path) {
    String full = path.toUri().getPath();
    return full.length() <= rootPath.length() ? "" : full.substring(rootPath.length() + 1);
  }

  private boolean isHidden(Path path) {
    for (String part : relative(path).split("/", -1)) {
      if (part.startsWith(".") || part.startsWith("_")) {
        return true;
      }
    }
    return false;
  }

  private static boolean isAudio(String name) {
    int dot = name.lastIndexOf('.');
    return dot > 0 && EXTENSIONS.contains(name.substring(dot + 1).toLowerCase(Locale.ROOT));
  }

  private static String withoutExtension(String name) {
    if (name.toLowerCase(Locale.ROOT).endsWith(STEM_FILE)) {
      return name.substring(0, name.length() - STEM_FILE.length());
    }
    int dot = name.lastIndexOf('.');
    return dot > name.lastIndexOf('/') + 1 ? name.substring(0, dot) : name;
  }
}
