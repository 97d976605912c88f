package io.stemspark.internal.corpus;

import io.stemspark.internal.storage.OutputLayout;
import io.stemspark.network.Stem;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;

/**
 * An audio file of a folder tree.
 *
 * @param folder path of its folder below the tree's root, with "/" between names; empty for the
 *     root
 * @param name its name
 * @param file where it lies, its size and version
 */
record FoundFile(String folder, String name, AudioFile file) implements Listed {
  private static final String STEM_FILE = ".stem.mp4";
  private static final Set<String> MARKS = Set.of("mixture", "vocals");

  /** What stems are called in MUSDB18, in MoisesDB and here. */
  static final List<String> STEMS =
      List.of(
          """
          vocals accompaniment drums bass other guitar piano keys strings percussion wind
          bowed_strings other_keys other_plucked"""
              .split("\\s+", -1));

  /** Folder by folder; in each, first the file that shows that all are stems of one track. */
  static final Comparator<FoundFile> ORDER =
      Comparator.comparing(FoundFile::folder)
          .thenComparing(file -> !file.marksStems())
          .thenComparing(FoundFile::title)
          .thenComparing(FoundFile::name);

  /**
   * A file.
   *
   * @param path where it lies below the root of its tree
   */
  static FoundFile at(String path, FileStatus status) {
    int slash = path.lastIndexOf('/');
    return new FoundFile(
        slash < 0 ? "" : path.substring(0, slash), path.substring(slash + 1), AudioFile.of(status));
  }

  /** Where a file or folder lies below a root; empty for the root itself. */
  static String below(Path root, Path path) {
    String top = root.toUri().getPath();
    String full = path.toUri().getPath();
    if (full.length() <= top.length()) {
      return "";
    }
    return full.substring(top.endsWith("/") ? top.length() : top.length() + 1);
  }

  /** Whether a path leads into a folder that this program keeps for itself. */
  static boolean isOwn(String path) {
    return List.of(path.split("/", -1)).contains(OutputLayout.OWN);
  }

  /** Whether it is a MUSDB18 file, whose streams are mixture, drums, bass, other and vocals. */
  boolean isStemFile() {
    return name.toLowerCase(Locale.ROOT).endsWith(STEM_FILE);
  }

  /** Its name without the extension. */
  String title() {
    if (isStemFile()) {
      return name.substring(0, name.length() - STEM_FILE.length());
    }
    int dot = name.lastIndexOf('.');
    return dot > 0 ? name.substring(0, dot) : name;
  }

  /** The name of the stem that it is in a folder of stems. */
  String stem() {
    return title().toLowerCase(Locale.ROOT);
  }

  /** Whether it says that the files of its folder may be stems. */
  boolean marksStems() {
    return MARKS.contains(stem());
  }

  /** Whether files of these names are told from songs. */
  static boolean areStems(List<String> names) {
    return STEMS.containsAll(names);
  }

  boolean isCalledLikeStem() {
    return STEMS.contains(stem()) || stem().equals(Stem.MIXTURE);
  }

  /** The path of a name in the same folder. */
  String beside(String other) {
    return folder.isEmpty() ? other : folder + "/" + other;
  }
}
