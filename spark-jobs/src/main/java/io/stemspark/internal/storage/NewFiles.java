package io.stemspark.internal.storage;

import static org.apache.hadoop.fs.Options.CreateFileOptionKeys.FS_OPTION_CREATE_CONDITIONAL_OVERWRITE;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStreamBuilder;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.UnsupportedFileSystemException;
import org.apache.hadoop.fs.s3a.RemoteFileChangedException;
import org.apache.hadoop.ipc.RemoteException;

/** Creates small files that only the first of several writers gets to write, such as leases. */
public final class NewFiles {
  private static final int ATTEMPTS = 5;

  private NewFiles() {}

  /**
   * Writes a small file unless there is one of its name. Of several writers at the same time,
   * exactly one succeeds.
   *
   * @return whether it was written; false when there is one, which this very call may have written
   *     if a connection broke
   */
  public static boolean create(Path file, byte[] content, Configuration configuration)
      throws IOException {
    FileSystem files = file.getFileSystem(configuration);
    Path target = files.makeQualified(file);
    if (LocalPaths.isLocal(files)) {
      return createLocal(LocalPaths.of(target), content);
    }
    if (Retries.call(() -> files.exists(target))) {
      return false;
    }
    try {
      if (AtomicFiles.isObjectStore(files, target)) {
        Retries.run(() -> createObject(files, target, content));
        return true;
      }
      for (int attempt = 1; ; attempt++) {
        try {
          return createByRenaming(files, target, content, configuration);
        } catch (IOException e) {
          // The run that holds the folder cleans it, and takes an unrenamed file for a dead run's.
          if (attempt == ATTEMPTS || !isMissingFile(e)) {
            throw e;
          }
          if (files.exists(target)) {
            return false;
          }
        }
      }
    } catch (RemoteFileChangedException | org.apache.hadoop.fs.FileAlreadyExistsException e) {
      return false;
    }
  }

  private static void createObject(FileSystem files, Path target, byte[] content)
      throws IOException {
    FSDataOutputStreamBuilder<?, ?> builder = files.createFile(target).overwrite(true);
    builder.must(FS_OPTION_CREATE_CONDITIONAL_OVERWRITE, true);
    AtomicFiles.writeObject(builder.build(), AtomicFiles.ALWAYS, stream -> stream.write(content));
  }

  private static boolean createLocal(java.nio.file.Path target, byte[] content) throws IOException {
    LocalFolders.create(target.getParent());
    java.nio.file.Path hidden = target.resolveSibling(HiddenFiles.newName());
    try {
      Files.write(hidden, content, StandardOpenOption.CREATE_NEW);
      // A link is whole at once, unlike a file that is created and then written.
      Files.createLink(target, hidden);
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    } catch (UnsupportedOperationException | FileSystemException e) {
      return createWithoutLink(target, content);
    } finally {
      Files.deleteIfExists(hidden);
    }
  }

  /** For file systems without hard links. */
  private static boolean createWithoutLink(java.nio.file.Path target, byte[] content)
      throws IOException {
    try {
      Files.write(target, content, StandardOpenOption.CREATE_NEW, StandardOpenOption.SYNC);
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    }
  }

  private static boolean createByRenaming(
      FileSystem files, Path target, byte[] content, Configuration configuration)
      throws IOException {
    Path hidden = new Path(target.getParent(), HiddenFiles.newName());
    files.mkdirs(target.getParent());
    try {
      try (OutputStream stream = files.create(hidden, true)) {
        stream.write(content);
      }
      Renames.context(files, configuration).rename(hidden, target, Options.Rename.NONE);
      return true;
    } catch (UnsupportedFileSystemException e) {
      try (OutputStream stream = files.create(target, false)) {
        stream.write(content);
      }
      return true;
    } finally {
      files.delete(hidden, false);
    }
  }

  /**
   * Whether a file was deleted while it was written. HDFS sends its server's exception for that.
   */
  static boolean isMissingFile(IOException failure) {
    return failure instanceof FileNotFoundException
        || (failure instanceof RemoteException remote
            && remote.getClassName().equals(FileNotFoundException.class.getName()));
  }
}
