package io.stemspark.internal.storage;

import static org.apache.hadoop.fs.Options.CreateFileOptionKeys.FS_OPTION_CREATE_CONDITIONAL_OVERWRITE;
import static org.apache.hadoop.fs.Options.CreateFileOptionKeys.FS_OPTION_CREATE_CONDITIONAL_OVERWRITE_ETAG;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Abortable;
import org.apache.hadoop.fs.CommonPathCapabilities;
import org.apache.hadoop.fs.EtagSource;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FSDataOutputStreamBuilder;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.s3a.RemoteFileChangedException;
import org.apache.hadoop.util.functional.InvocationRaisingIOE;

/** Writes files that appear whole or not at all, and replaces older ones only by whole ones. */
public final class AtomicFiles {
  private static final int ATTEMPTS = 5;
  static final PublishPermit ALWAYS = () -> {};

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
    if (LocalPaths.isLocal(files)) {
      files.mkdirs(target.getParent());
      Renames.local(file, LocalPaths.of(files.makeQualified(target)));
    } else {
      Content content = stream -> Files.copy(file, stream);
      Retries.run(() -> writeOnce(target, temporary, ALWAYS, configuration, content));
    }
  }

  /**
   * Whether a file appears only when its stream is closed, and can be aborted before. Elsewhere it
   * is written under another name and renamed; where the store has no renaming, its Hadoop
   * connector copies.
   */
  static boolean isObjectStore(FileSystem files, Path path) throws IOException {
    return files.hasPathCapability(path, CommonPathCapabilities.ABORTABLE_STREAM);
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
    Path folder = Renames.canReach(files, temporary, target) ? temporary : target.getParent();
    Path hidden = new Path(files.makeQualified(folder), HiddenFiles.newName());
    try {
      try (OutputStream stream = files.create(hidden, true)) {
        content.writeTo(stream);
      }
      if (LocalPaths.isLocal(files)) {
        force(hidden);
      }
      permit.require();
      Renames.rename(files, hidden, target, configuration);
    } catch (IOException | RuntimeException e) {
      files.delete(hidden, false);
      throw e;
    }
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

  static void writeObject(FSDataOutputStream stream, PublishPermit permit, Content content)
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
}
