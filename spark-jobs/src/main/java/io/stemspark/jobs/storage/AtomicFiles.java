package io.stemspark.jobs.storage;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Abortable;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.IOUtils;

/** Writes files that appear whole or not at all, and replaces older ones only by whole ones. */
public final class AtomicFiles {
  private static final int COPY_BYTES = 1 << 20;

  /** A hidden file's name, and in it the name that it was to have. */
  private static final Pattern UNFINISHED = Pattern.compile("\\.(.+)\\.[0-9a-f-]{36}\\.tmp");

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
   * then renamed; on a local disk when it is there to stay.
   *
   * @param temporary that folder
   */
  public static void write(Path file, Path temporary, Configuration configuration, Content content)
      throws IOException {
    Retries.run(() -> writeOnce(file, temporary, configuration, content));
  }

  /**
   * Deletes what a killed writer has left of files that were to appear in a folder. (An object
   * store shows nothing of them, and its folders may be large.)
   *
   * @param file the names of these files
   */
  public static void deleteUnfinished(
      Path folder, Predicate<String> file, Configuration configuration) throws IOException {
    FileSystem files = folder.getFileSystem(configuration);
    if (isObjectStore(files)) {
      return;
    }
    FileStatus[] found =
        Retries.call(() -> files.exists(folder) ? files.listStatus(folder) : new FileStatus[0]);
    for (FileStatus status : found) {
      Matcher name = UNFINISHED.matcher(status.getPath().getName());
      if (name.matches() && file.test(name.group(1))) {
        Retries.run(() -> files.delete(status.getPath(), false));
      }
    }
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

  static boolean isObjectStore(FileSystem files) {
    return files.getUri().getScheme().equals("s3a");
  }

  private static void writeOnce(
      Path file, Path temporary, Configuration configuration, Content content) throws IOException {
    FileSystem files = file.getFileSystem(configuration);
    Path target = files.makeQualified(file);
    if (isObjectStore(files)) {
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
      if (isLocal(files)) {
        force(hidden);
      }
      rename(files, hidden, target, configuration);
    } catch (IOException | RuntimeException e) {
      files.delete(hidden, false);
      throw e;
    }
  }

  /** A name that outlives a power failure is worth nothing when the content does not. */
  private static void force(Path file) throws IOException {
    try (FileChannel channel =
        FileChannel.open(java.nio.file.Path.of(file.toUri().getPath()), StandardOpenOption.WRITE)) {
      channel.force(true);
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
