package io.stemspark.internal.storage;

import java.io.IOException;
import java.io.Serializable;
import java.text.Normalizer;
import java.util.Locale;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Which different names are the same to an output folder. The file systems of macOS and Windows do
 * not tell upper from lower case; some do not tell composed from decomposed letters.
 *
 * @param ofCase whether names that differ by case are the same
 * @param ofForm whether names that differ by Unicode form are the same
 */
public record NameFolding(boolean ofCase, boolean ofForm) implements Serializable {
  private static final NameFolding NONE = new NameFolding(false, false);

  /** Finds out with a hidden file, which is deleted again. */
  public static NameFolding of(String output, Configuration configuration) throws IOException {
    Path folder = new Path(output);
    FileSystem files = folder.getFileSystem(configuration);
    if (!AtomicFiles.isLocal(files) || !files.exists(folder)) {
      return NONE; // Object stores and HDFS tell all names apart.
    }
    String name = ".stemspark-\u00e9-" + UUID.randomUUID();
    Path probe = new Path(folder, name);
    try {
      files.create(probe, true).close();
    } catch (IOException e) {
      return NONE; // A dry run need not be able to write.
    }
    try {
      return new NameFolding(
          files.exists(new Path(folder, name.toUpperCase(Locale.ROOT))),
          files.exists(new Path(folder, Normalizer.normalize(name, Normalizer.Form.NFD))));
    } finally {
      files.delete(probe, false);
    }
  }

  /** Whether any two different names are the same. */
  public boolean folds() {
    return ofCase || ofForm;
  }

  /** A form of a path that is equal for all names that are the same here. */
  public String fold(String path) {
    String formed = ofForm ? Normalizer.normalize(path, Normalizer.Form.NFC) : path;
    return ofCase ? formed.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT) : formed;
  }
}
