package io.stemspark.internal.storage;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.PathIsNotEmptyDirectoryException;

/** Lists and deletes folders with all below them, where other processes may be at work. */
public final class FileTree {
  private FileTree() {}

  /** Whether there is a file of this size. */
  static boolean isFile(FileSystem files, Path path, long bytes) throws IOException {
    try {
      FileStatus status = files.getFileStatus(path);
      return status.isFile() && status.getLen() == bytes;
    } catch (FileNotFoundException e) {
      return false;
    }
  }

  /**
   * Whether a file lies in a folder or below it, whatever links lead to either. Neither need exist
   * yet.
   */
  public static boolean isInside(Path file, Path folder, Configuration configuration)
      throws IOException {
    FileSystem files = folder.getFileSystem(configuration);
    if (LocalPaths.isLocal(files) && LocalPaths.isLocal(file.getFileSystem(configuration))) {
      java.nio.file.Path there = LocalPaths.of(file);
      while (Files.notExists(there)) {
        there = there.getParent();
      }
      java.nio.file.Path outer = LocalPaths.of(folder);
      return Files.exists(outer) && there.toRealPath().startsWith(outer.toRealPath());
    }
    return Stream.iterate(file, Objects::nonNull, Path::getParent).anyMatch(folder::equals);
  }

  /** The first bytes of a file, at most this many. */
  public static byte[] head(Path file, int bytes, Configuration configuration) throws IOException {
    return Retries.call(
        () -> {
          try (InputStream stream = file.getFileSystem(configuration).open(file)) {
            return stream.readNBytes(bytes);
          }
        });
  }

  /** The files that are there now; none when the folder is not there. */
  public static List<Path> files(Path folder, Configuration configuration) throws IOException {
    List<Path> found = new ArrayList<>();
    for (FileStatus child : children(folder, configuration)) {
      if (child.isDirectory()) {
        found.addAll(files(child.getPath(), configuration));
      } else {
        found.add(child.getPath());
      }
    }
    return found;
  }

  /** What lies in a folder; nothing when it is gone, or was never made in an object store. */
  public static List<FileStatus> children(Path folder, Configuration configuration)
      throws IOException {
    FileSystem files = folder.getFileSystem(configuration);
    try {
      return List.of(Retries.call(() -> files.listStatus(folder)));
    } catch (FileNotFoundException e) {
      return List.of();
    }
  }

  /**
   * Deletes a folder with what is there now.
   *
   * @param permit is asked after the listing, so that what a later run adds stays
   */
  public static void delete(Path folder, PublishPermit permit, Configuration configuration)
      throws IOException {
    FileSystem files = folder.getFileSystem(configuration);
    List<Path> found = files(folder, configuration);
    permit.require();
    for (Path file : found) {
      Retries.run(() -> files.delete(file, false));
    }
    deleteEmptyFolders(folder, configuration);
  }

  /** Deletes the folders that hold no file. */
  static void deleteEmptyFolders(Path folder, Configuration configuration) throws IOException {
    FileSystem files = folder.getFileSystem(configuration);
    for (FileStatus child : children(folder, configuration)) {
      if (child.isDirectory()) {
        deleteEmptyFolders(child.getPath(), configuration);
      }
    }
    try {
      Retries.run(() -> files.delete(folder, false));
    } catch (PathIsNotEmptyDirectoryException e) {
      return; // Another process is at work there.
    }
  }
}
