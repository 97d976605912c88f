package io.stemspark.internal.storage;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.StandardCopyOption;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.UnsupportedFileSystemException;

/** Renames files, whatever the storage, and replaces those that have the new names. */
public final class Renames {
  private Renames() {}

  public static void move(Path from, Path to, Configuration configuration) throws IOException {
    FileSystem files = from.getFileSystem(configuration);
    Retries.run(
        () -> rename(files, files.makeQualified(from), files.makeQualified(to), configuration));
  }

  /** Whether a file can be renamed into a folder, which may be a link to another disk. */
  static boolean canReach(FileSystem files, Path from, Path to) throws IOException {
    return !LocalPaths.isLocal(files)
        || Files.getFileStore(LocalPaths.of(files.makeQualified(from)))
            .equals(Files.getFileStore(LocalPaths.of(files.makeQualified(to.getParent()))));
  }

  /** Renames a file, and replaces one that has the new name. */
  static void rename(FileSystem files, Path from, Path to, Configuration configuration)
      throws IOException {
    if (LocalPaths.isLocal(files)) {
      local(LocalPaths.of(from), LocalPaths.of(to));
      return;
    }
    try {
      context(files, configuration).rename(from, to, Options.Rename.OVERWRITE);
    } catch (UnsupportedFileSystemException e) {
      // Some connectors have only the older interface, which does not replace.
      if (!files.exists(from)) {
        throw new FileNotFoundException(from + " does not exist.");
      }
      files.delete(to, false);
      if (!files.rename(from, to)) {
        throw new IOException("Renaming %s to %s failed.".formatted(from, to));
      }
    }
  }

  /**
   * Hadoop's newer interface, in which renaming takes an option for an existing target.
   *
   * @throws UnsupportedFileSystemException when the connector has only the older one
   */
  static FileContext context(FileSystem files, Configuration configuration)
      throws UnsupportedFileSystemException {
    try {
      return FileContext.getFileContext(files.getUri(), configuration);
    } catch (RuntimeException e) {
      // Hadoop's settings name classes of connectors that are not part of it.
      if (e.getCause() instanceof ClassNotFoundException) {
        throw (UnsupportedFileSystemException)
            new UnsupportedFileSystemException(e.getCause().getMessage()).initCause(e);
      }
      throw e;
    }
  }

  static void local(java.nio.file.Path from, java.nio.file.Path to) throws IOException {
    // Checksums of an earlier file would not fit the new one.
    deleteChecksums(to);
    try {
      replace(from, to);
    } catch (AtomicMoveNotSupportedException e) {
      // The folder is a link to another disk.
      java.nio.file.Path near = to.resolveSibling(HiddenFiles.newName());
      try {
        Files.copy(from, near);
        if (!Files.exists(from)) {
          // Another run has taken the folder over meanwhile.
          throw new NoSuchFileException(from.toString());
        }
        replace(near, to);
      } finally {
        Files.deleteIfExists(near);
      }
      Files.delete(from);
    }
    deleteChecksums(from);
  }

  private static void replace(java.nio.file.Path from, java.nio.file.Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Deletes the file in which Hadoop keeps the checksums of a local file. */
  private static void deleteChecksums(java.nio.file.Path file) throws IOException {
    java.nio.file.Path checksums = file.resolveSibling("." + file.getFileName() + ".crc");
    // If the name is longer than names can be, there is no such file.
    if (Files.exists(checksums)) {
      Files.deleteIfExists(checksums);
    }
  }
}
