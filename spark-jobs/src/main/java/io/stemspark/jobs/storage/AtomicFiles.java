package io.stemspark.jobs.storage;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Abortable;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.IOUtils;

/** Writes files that appear whole or not at all, and replaces older ones only by whole ones. */
public final class AtomicFiles {
  private static final int COPY_BYTES = 1 << 20;

  private AtomicFiles() {}

  /** Produces a file's content; again, when a connection broke. */
  @FunctionalInterface
  public interface Content {
    void writeTo(OutputStream stream) throws IOException;
  }

  /** Writes {@code file}; what is not whole yet is hidden beside it. */
  public static void write(Path file, Configuration configuration, Content content)
      throws IOException {
    write(file, file.getParent(), configuration, content);
  }

  /**
   * Writes {@code file}.
   *
   * <p>An object store shows an object when its stream is closed, so a failed write is aborted.
   * Elsewhere the content goes to a hidden file in another folder of the same file system, which is
   * then renamed.
   *
   * @param temporary that folder
   */
  public static void write(Path file, Path temporary, Configuration configuration, Content content)
      throws IOException {
    Retries.run(() -> writeOnce(file, temporary, configuration, content));
  }

  /**
   * Stores a whole file of the local disk.
   *
   * @param file lies where {@link Spool#near} says: to a local target it is moved, elsewhere a copy
   *     of it is stored
   * @param temporary for what is not whole yet
   */
  public static void store(
      java.nio.file.Path file, Path target, Path temporary, Configuration configuration)
      throws IOException {
    FileSystem files = target.getFileSystem(configuration);
    if (isLocal(files)) {
      files.mkdirs(target.getParent());
      rename(files, new Path(file.toUri()), files.makeQualified(target), configuration);
    } else {
      write(target, temporary, configuration, stream -> copy(file, stream));
    }
  }

  private static void copy(java.nio.file.Path file, OutputStream stream) throws IOException {
    try (InputStream content = Files.newInputStream(file)) {
      IOUtils.copyBytes(content, stream, COPY_BYTES);
    }
  }

  static boolean isLocal(FileSystem files) {
    return files.getUri().getScheme().equals("file");
  }

  private static void writeOnce(
      Path file, Path temporary, Configuration configuration, Content content) throws IOException {
    FileSystem files = file.getFileSystem(configuration);
    Path target = files.makeQualified(file);
    if (files.getUri().getScheme().equals("s3a")) {
      writeObject(files, target, content);
      return;
    }
    Path hidden =
        new Path(
            files.makeQualified(temporary),
            "." + target.getName() + "." + UUID.randomUUID() + ".tmp");
    files.mkdirs(hidden.getParent());
    files.mkdirs(target.getParent());
    try {
      try (OutputStream stream = files.create(hidden, true)) {
        content.writeTo(stream);
      }
      rename(files, hidden, target, configuration);
    } catch (IOException | RuntimeException e) {
      files.delete(hidden, false);
      throw e;
    }
  }

  private static void writeObject(FileSystem files, Path target, Content content)
      throws IOException {
    FSDataOutputStream stream = files.createFile(target).overwrite(true).build();
    try {
      content.writeTo(stream);
    } catch (IOException | RuntimeException e) {
      // Closing would publish the part that has been written.
      ((Abortable) stream).abort();
      throw e;
    }
    stream.close();
  }

  /** The file in which Hadoop keeps the checksums of a local file. */
  private static java.nio.file.Path checksums(Path file) {
    java.nio.file.Path local = java.nio.file.Path.of(file.toUri().getPath());
    return local.resolveSibling("." + local.getFileName() + ".crc");
  }

  /** Gives a file another name, in place of one that has it. */
  static void rename(FileSystem files, Path from, Path to, Configuration configuration)
      throws IOException {
    if (isLocal(files)) {
      // One of a file that was there before would not fit the new one.
      Files.deleteIfExists(checksums(to));
      Files.move(
          java.nio.file.Path.of(from.toUri().getPath()),
          java.nio.file.Path.of(to.toUri().getPath()),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
      Files.deleteIfExists(checksums(from));
    } else {
      FileContext.getFileContext(files.getUri(), configuration)
          .rename(from, to, Options.Rename.OVERWRITE);
    }
  }
}
