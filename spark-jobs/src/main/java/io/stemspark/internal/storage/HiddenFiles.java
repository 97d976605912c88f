package io.stemspark.internal.storage;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The hidden files that hold what is not whole yet, and those that killed writers have left. */
public final class HiddenFiles {
  private static final Logger LOG = LoggerFactory.getLogger(HiddenFiles.class);

  /** The name of a hidden file of this release. */
  private static final Pattern ABANDONED_NAME =
      Pattern.compile("\\.[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\\.tmp");

  /** A file that is being written is not left alone as long as this. */
  private static final Duration ABANDONED = Duration.ofMinutes(10);

  /** The name of a hidden file. Earlier releases put the target's name first. */
  private static final Pattern UNFINISHED = Pattern.compile("\\.(?:.+\\.)?[0-9a-f-]{36}\\.tmp");

  private HiddenFiles() {}

  /** A name without a colon, and no longer than names may be anywhere. */
  static String newName() {
    return "." + UUID.randomUUID() + ".tmp";
  }

  /** What killed writers have left in a folder and all that is below it. */
  public static List<Path> unfinished(Path tree, Configuration configuration) throws IOException {
    if (AtomicFiles.isObjectStore(tree.getFileSystem(configuration), tree)) {
      return List.of();
    }
    return FileTree.files(tree, configuration).stream()
        .filter(file -> UNFINISHED.matcher(file.getName()).matches())
        .toList();
  }

  /**
   * Deletes what killed writers have left in a local folder that no run holds, once nobody can be
   * at work on it any more. What cannot be deleted stays.
   */
  public static void deleteAbandoned(Path folder, Configuration configuration) throws IOException {
    FileSystem files = folder.getFileSystem(configuration);
    if (!LocalPaths.isLocal(files)) {
      return;
    }
    long since = System.currentTimeMillis() - ABANDONED.toMillis();
    try {
      for (FileStatus file : FileTree.children(folder, configuration)) {
        if (file.isFile()
            && ABANDONED_NAME.matcher(file.getPath().getName()).matches()
            && file.getModificationTime() < since) {
          files.delete(file.getPath(), false);
        }
      }
    } catch (IOException e) {
      LOG.debug("{} could not be cleaned.", folder, e); // It may be another user's.
    }
  }
}
