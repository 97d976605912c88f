package io.stemspark.internal.storage;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.List;
import java.util.function.Predicate;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.PathIsNotEmptyDirectoryException;

/**
 * Folders for files that are still being written, where the output lies but out of sight. A process
 * that is killed leaves its folder; its run deletes it at the end, or the next run when it begins.
 */
public final class TemporaryFolders {
  private TemporaryFolders() {}

  /**
   * A folder of a run, which need not exist.
   *
   * @param name starts with the name of the run
   */
  public static Path of(String output, String name) {
    return new Path(output, OutputLayout.TEMPORARY + "/" + name);
  }

  /** The folders of all runs. */
  public static List<Path> all(String output, Configuration configuration) throws IOException {
    return FileTree.children(new Path(output, OutputLayout.TEMPORARY), configuration).stream()
        .map(FileStatus::getPath)
        .toList();
  }

  /**
   * Deletes the folders whose names begin with a prefix.
   *
   * @param prefix the name of a run, or of a task of it
   */
  public static void delete(String output, String prefix, Configuration configuration)
      throws IOException {
    Retries.run(() -> delete(output, name -> name.startsWith(prefix), configuration));
  }

  /** The same, except for one. */
  public static void deleteOthers(
      String output, String prefix, String kept, Configuration configuration) throws IOException {
    Retries.run(
        () -> delete(output, name -> name.startsWith(prefix) && !name.equals(kept), configuration));
  }

  private static void delete(String output, Predicate<String> which, Configuration configuration)
      throws IOException {
    Path all = new Path(output, OutputLayout.TEMPORARY);
    FileSystem files = all.getFileSystem(configuration);
    try {
      for (FileStatus folder : files.listStatus(all)) {
        if (which.test(folder.getPath().getName())) {
          files.delete(folder.getPath(), true);
        }
      }
    } catch (FileNotFoundException e) {
      return; // An object store needs no folders.
    }
    try {
      if (files.listStatus(all).length == 0) {
        files.delete(all, false);
      }
    } catch (FileNotFoundException | PathIsNotEmptyDirectoryException e) {
      return; // Other tasks add and delete folders.
    }
  }
}
