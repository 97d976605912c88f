package io.stemspark.internal.storage;

import static org.apache.hadoop.fs.Options.CreateFileOptionKeys.FS_OPTION_CREATE_CONDITIONAL_OVERWRITE;
import static org.apache.hadoop.fs.Options.CreateFileOptionKeys.FS_OPTION_CREATE_CONDITIONAL_OVERWRITE_ETAG;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Abortable;
import org.apache.hadoop.fs.CommonPathCapabilities;
import org.apache.hadoop.fs.EtagSource;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FSDataOutputStreamBuilder;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.UnsupportedFileSystemException;
import org.apache.hadoop.fs.s3a.RemoteFileChangedException;
import org.apache.hadoop.ipc.RemoteException;
import org.apache.hadoop.util.functional.InvocationRaisingIOE;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes files that appear whole or not at all, and replaces older ones only by whole ones. */
public final class AtomicFiles {
  private static final Logger LOG = LoggerFactory.getLogger(AtomicFiles.class);
  private static final int ATTEMPTS = 5;
  private static final PublishPermit ALWAYS = () -> {};

  /** The name of a hidden file of this release. */
  private static final Pattern ABANDONED_NAME =
      Pattern.compile("\\.[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\\.tmp");

  /** A file that is being written is not left alone as long as this. */
  private static final Duration ABANDONED = Duration.ofMinutes(10);

  /** The name of a hidden file. Earlier releases put the target's name first. */
  private static final Pattern UNFINISHED = Pattern.compile("\\.(?:.+\\.)?[0-9a-f-]{36}\\.tmp");

  private AtomicFiles() {}

  /** Produces a file's content. It is called again when a connection breaks. */
  @FunctionalInterface
  public interface Content {
    void writeTo(OutputStream stream) throws IOException;
  }

  /**
   * Writes {@code file}.
   *
   * <p>An object store shows an object when its stream is closed, so a failed write is aborted.
   * Elsewhere the content goes to a hidden file beside it, which is then renamed; on a local disk,
   * after the content is safely stored.
   */
  public static void write(Path file, Configuration configuration, Content content)
      throws IOException {
    Retries.run(() -> writeOnce(file, file.getParent(), ALWAYS, configuration, content));
  }

  /**
   * Writes {@code file} for a run that holds the folder it belongs to. Files of a run that takes
   * the folder over meanwhile are not overwritten: that run has deleted what was to be renamed, and
   * an object store refuses to replace an object that has changed since this began.
   *
   * @param temporary a folder that the next run to take the folder empties
   * @param permit is asked when all is stored, right before it becomes visible
   */
  public static void write(
      Path file, Path temporary, PublishPermit permit, Configuration configuration, Content content)
      throws IOException {
    try {
      retryChanged(permit, () -> writeOnce(file, temporary, permit, configuration, content));
    } catch (IOException e) {
      // If another run has taken the folder, that explains the failure best.
      permit.require();
      throw e;
    }
  }

  /**
   * Publishes, and tries again when an object had changed. Either another run changed it, which the
   * permit tells, or this one did and the answer was lost.
   */
  static void retryChanged(PublishPermit permit, InvocationRaisingIOE publish) throws IOException {
    for (int attempt = 1; ; attempt++) {
      try {
        Retries.run(publish);
        return;
      } catch (RemoteFileChangedException e) {
        permit.require();
        if (attempt == ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  /** What killed writers have left in a folder and all that is below it. */
  public static List<Path> unfinished(Path tree, Configuration configuration) throws IOException {
    if (isObjectStore(tree.getFileSystem(configuration), tree)) {
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
    if (!isLocal(files)) {
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
      renameLocal(file, LocalPaths.of(files.makeQualified(target)));
    } else {
      Content content = stream -> Files.copy(file, stream);
      Retries.run(() -> writeOnce(target, temporary, ALWAYS, configuration, content));
    }
  }

  static boolean isLocal(FileSystem files) {
    return files.getUri().getScheme().equals("file");
  }

  /**
   * Whether a file appears only when its stream is closed, and can be aborted before. Elsewhere it
   * is written under another name and renamed; where the store has no renaming, its Hadoop
   * connector copies.
   */
  static boolean isObjectStore(FileSystem files, Path path) throws IOException {
    return files.hasPathCapability(path, CommonPathCapabilities.ABORTABLE_STREAM);
  }

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
    if (isLocal(files)) {
      return createLocal(LocalPaths.of(target), content);
    }
    if (Retries.call(() -> files.exists(target))) {
      return false;
    }
    try {
      if (isObjectStore(files, target)) {
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
    writeObject(builder.build(), ALWAYS, stream -> stream.write(content));
  }

  private static boolean createLocal(java.nio.file.Path target, byte[] content) throws IOException {
    Files.createDirectories(target.getParent());
    java.nio.file.Path hidden = target.resolveSibling(hiddenName());
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
    Path hidden = new Path(target.getParent(), hiddenName());
    files.mkdirs(target.getParent());
    try {
      try (OutputStream stream = files.create(hidden, true)) {
        stream.write(content);
      }
      context(files, configuration).rename(hidden, target, Options.Rename.NONE);
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

  /** A name without a colon, and no longer than names may be anywhere. */
  private static String hiddenName() {
    return "." + UUID.randomUUID() + ".tmp";
  }

  private static void writeOnce(
      Path file, Path temporary, PublishPermit permit, Configuration configuration, Content content)
      throws IOException {
    FileSystem files = file.getFileSystem(configuration);
    Path target = files.makeQualified(file);
    if (isObjectStore(files, target)) {
      boolean always = permit == ALWAYS;
      writeObject(
          always ? files.createFile(target).overwrite(true).build() : object(files, target, true),
          permit,
          content);
      return;
    }
    files.mkdirs(temporary);
    files.mkdirs(target.getParent());
    Path folder = canRename(files, temporary, target) ? temporary : target.getParent();
    Path hidden = new Path(files.makeQualified(folder), hiddenName());
    try {
      try (OutputStream stream = files.create(hidden, true)) {
        content.writeTo(stream);
      }
      if (isLocal(files)) {
        force(hidden);
      }
      permit.require();
      rename(files, hidden, target, configuration);
    } catch (IOException | RuntimeException e) {
      files.delete(hidden, false);
      throw e;
    }
  }

  /** Whether a file can be renamed into a folder, which may be a link to another disk. */
  private static boolean canRename(FileSystem files, Path from, Path to) throws IOException {
    return !isLocal(files)
        || Files.getFileStore(LocalPaths.of(files.makeQualified(from)))
            .equals(Files.getFileStore(LocalPaths.of(files.makeQualified(to.getParent()))));
  }

  /** Stores the content safely, so that after a power failure no name is left without it. */
  private static void force(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(LocalPaths.of(file), StandardOpenOption.WRITE)) {
      channel.force(true);
    }
  }

  /**
   * Opens an object that appears only if nobody else writes it from now on.
   *
   * @param replaces whether there may be one already
   */
  static FSDataOutputStream object(FileSystem files, Path target, boolean replaces)
      throws IOException {
    FSDataOutputStreamBuilder<?, ?> builder = files.createFile(target).overwrite(true);
    if (!files.hasPathCapability(target, FS_OPTION_CREATE_CONDITIONAL_OVERWRITE)) {
      return builder.build();
    }
    if (!replaces || !files.exists(target)) {
      return builder.must(FS_OPTION_CREATE_CONDITIONAL_OVERWRITE, true).build();
    }
    String tag = files.getFileStatus(target) instanceof EtagSource source ? source.getEtag() : null;
    // Some stores have no tags, and so there is no condition to give.
    if (tag != null && !tag.isEmpty()) {
      builder.must(FS_OPTION_CREATE_CONDITIONAL_OVERWRITE_ETAG, tag);
    }
    return builder.build();
  }

  private static void writeObject(FSDataOutputStream stream, PublishPermit permit, Content content)
      throws IOException {
    try {
      content.writeTo(stream);
      permit.require();
    } catch (IOException | RuntimeException e) {
      // Closing would publish the part that has been written.
      ((Abortable) stream).abort();
      throw e;
    }
    stream.close();
  }

  /** Renames a file, and replaces one that has the new name. */
  static void rename(FileSystem files, Path from, Path to, Configuration configuration)
      throws IOException {
    if (isLocal(files)) {
      renameLocal(LocalPaths.of(from), LocalPaths.of(to));
      return;
    }
    try {
      context(files, configuration).rename(from, to, Options.Rename.OVERWRITE);
    } catch (UnsupportedFileSystemException e) {
      // Some connectors have only the older interface, which does not replace.
      if (!files.exists(from)) {
        throw new FileNotFoundException(from + ": no such file or folder");
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

  public static void move(Path from, Path to, Configuration configuration) throws IOException {
    FileSystem files = from.getFileSystem(configuration);
    Retries.run(
        () -> rename(files, files.makeQualified(from), files.makeQualified(to), configuration));
  }

  static void renameLocal(java.nio.file.Path from, java.nio.file.Path to) throws IOException {
    // Checksums of an earlier file would not fit the new one.
    deleteChecksums(to);
    try {
      replace(from, to);
    } catch (AtomicMoveNotSupportedException e) {
      // The folder is a link to another disk.
      java.nio.file.Path near = to.resolveSibling(hiddenName());
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
