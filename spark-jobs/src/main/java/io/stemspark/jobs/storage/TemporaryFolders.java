package io.stemspark.jobs.storage;

import java.io.FileNotFoundException;
import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Folders for files that are still being written, where the output lies but out of sight. A process
 * that is killed leaves its folder, which its run or a later one then deletes.
 */
public final class TemporaryFolders {
  private static final String FOLDER = "_stemspark/temporary";
  private static final long DAY_MILLIS = 24L * 60 * 60 * 1000;

  private TemporaryFolders() {}

  /**
   * The folder of an attempt of a task, which need not exist.
   *
   * @param attempt starts with the name of the run
   */
  public static Path of(String output, String attempt) {
    return new Path(output, FOLDER + "/" + attempt);
  }

  /** Deletes the folders of a run, and those that others left more than a day ago. */
  public static void clean(String output, String run, Configuration configuration)
      throws IOException {
    Path all = new Path(output, FOLDER);
    Retries.run(() -> clean(all, run, configuration));
  }

  private static void clean(Path all, String run, Configuration configuration) throws IOException {
    FileSystem files = all.getFileSystem(configuration);
    try {
      for (FileStatus folder : files.listStatus(all)) {
        long age = System.currentTimeMillis() - folder.getModificationTime();
        if (folder.getPath().getName().startsWith(run) || age > DAY_MILLIS) {
          files.delete(folder.getPath(), true);
        }
      }
    } catch (FileNotFoundException e) {
      return; // An object store needs none.
    }
    if (files.listStatus(all).length == 0) {
      files.delete(all, false);
    }
  }
}
