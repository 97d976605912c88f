package io.stemspark.internal.storage;

import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;

/**
 * Which different names are the same to an output folder. The file systems of macOS and Windows do
 * not tell upper from lower case; some do not tell composed from decomposed letters.
 *
 * @param folds whether names that differ by case alone are the same; then those that differ by
 *     Unicode form are not relied on to differ
 */
public record NameFolding(boolean folds) implements Serializable {
  /** Its file systems do not tell forms apart, even where they tell cases apart. */
  private static final boolean MAC =
      System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("mac");

  private static final NameFolding NONE = new NameFolding(false);

  /** Finds out without writing anything: by the names of folders that are there. */
  public static NameFolding of(String output, Configuration configuration) throws IOException {
    org.apache.hadoop.fs.Path own = new org.apache.hadoop.fs.Path(output, OutputLayout.OWN);
    FileSystem files = own.getFileSystem(configuration);
    if (!LocalPaths.isLocal(files)) {
      return NONE; // Object stores and HDFS tell all names apart.
    }
    for (Path known = LocalPaths.of(own); known != null; known = known.getParent()) {
      String other = known.getFileName() == null ? "" : otherCase(known.getFileName().toString());
      if (!other.isEmpty() && Files.exists(known)) {
        Path same = known.resolveSibling(other);
        return new NameFolding(MAC || (Files.exists(same) && Files.isSameFile(known, same)));
      }
    }
    return NONE;
  }

  /** The name with its letters in another case; empty if it has none. */
  private static String otherCase(String name) {
    String upper = name.toUpperCase(Locale.ROOT);
    String lower = name.toLowerCase(Locale.ROOT);
    return upper.equals(lower) ? "" : name.equals(upper) ? lower : upper;
  }

  /** A form of a path that is equal for all names that are the same here. */
  public String fold(String path) {
    return folds
        ? Normalizer.normalize(path, Normalizer.Form.NFC)
            .toUpperCase(Locale.ROOT)
            .toLowerCase(Locale.ROOT)
        : path;
  }
}
