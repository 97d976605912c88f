package io.stemspark.internal.storage;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Abortable;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.UnsupportedFileSystemException;

/**
 * Lets the files of a track appear together. Where the track's folder is new, it appears as a
 * whole, on storage that renames. Elsewhere the files appear one right after the other, when all of
 * them are stored; all but one of those that they replace are deleted first, so that a file never
 * lies beside one of another attempt.
 */
public final class TrackFiles {
  private final FileSystem files;
  private final Configuration configuration;
  private final List<java.nio.file.Path> locals = new ArrayList<>();
  private final List<Path> targets = new ArrayList<>();
  private final Map<Path, Long> former = new TreeMap<>();

  public TrackFiles(Path output, Configuration configuration) throws IOException {
    this.files = output.getFileSystem(configuration);
    this.configuration = configuration;
  }

  /**
   * Adds a file.
   *
   * @param local lies where {@link Spool#near} says
   */
  public void add(java.nio.file.Path local, Path target) {
    locals.add(local);
    targets.add(files.makeQualified(target));
  }

  /**
   * Adds a file of an earlier result. It is deleted when the new ones appear, unless one of them
   * replaces it, so that old and new files are never mixed.
   *
   * @param bytes its size then; a file of another size is not what that run wrote
   */
  public void addFormer(Path file, long bytes) {
    former.put(files.makeQualified(file), bytes);
  }

  /**
   * Lets the files appear.
   *
   * @param temporary for files that must not be visible yet
   * @param permit is asked before anything becomes visible
   */
  public void publish(Path temporary, PublishPermit permit) throws IOException {
    if (targets.isEmpty()) {
      return;
    }
    if (AtomicFiles.isObjectStore(files, targets.get(0))) {
      AtomicFiles.retryChanged(permit, () -> publishObjects(permit));
      return;
    }
    Path ready = new Path(files.makeQualified(temporary), "ready-" + UUID.randomUUID());
    Retries.run(() -> files.mkdirs(ready));
    List<Path> staged = stage(ready);
    permit.require();
    if (isNewFolder() && renameFolder(ready)) {
      for (Path file : formerFiles()) {
        Retries.run(
            () ->
                files.delete(
                    file, false)); // They lie elsewhere: in another split, or under other tags.
      }
    } else {
      renameFiles(staged, ready);
    }
  }

  private List<Path> stage(Path ready) throws IOException {
    List<Path> staged = new ArrayList<>();
    for (int i = 0; i < targets.size(); i++) {
      Path hidden = Locations.child(ready, targets.get(i).getName());
      if (staged.contains(hidden)) {
        hidden = Locations.child(ready, i + "-" + targets.get(i).getName());
      }
      if (LocalPaths.isLocal(files)) {
        Files.move(locals.get(i), LocalPaths.of(hidden), StandardCopyOption.ATOMIC_MOVE);
      } else {
        java.nio.file.Path local = locals.get(i);
        AtomicFiles.write(hidden, configuration, stream -> Files.copy(local, stream));
      }
      staged.add(hidden);
    }
    return staged;
  }

  /** Whether the files make up a folder that is not there yet. */
  private boolean isNewFolder() throws IOException {
    Path folder = targets.get(0).getParent();
    boolean alone = targets.stream().allMatch(target -> target.getParent().equals(folder));
    return alone
        && Set.copyOf(targets).size() == targets.size()
        && !Retries.call(() -> files.exists(folder));
  }

  /** Renames the folder; false when the target has come into being meanwhile. */
  private boolean renameFolder(Path ready) throws IOException {
    Path folder = targets.get(0).getParent();
    Retries.run(() -> files.mkdirs(folder.getParent()));
    try {
      if (LocalPaths.isLocal(files)) {
        Files.move(LocalPaths.of(ready), LocalPaths.of(folder), StandardCopyOption.ATOMIC_MOVE);
      } else {
        Renames.context(files, configuration).rename(ready, folder, Options.Rename.NONE);
      }
      return true;
    } catch (java.nio.file.AtomicMoveNotSupportedException
        | java.nio.file.DirectoryNotEmptyException
        | java.nio.file.FileAlreadyExistsException
        | org.apache.hadoop.fs.FileAlreadyExistsException
        | UnsupportedFileSystemException e) {
      return false;
    } catch (java.nio.file.FileSystemException e) {
      if (files.exists(folder)) {
        return false; // Java has no class of its own for a folder that is not empty.
      }
      throw e;
    }
  }

  /** Files that may not lie beside a new file before all new ones are there. */
  private List<Path> inTheWay() throws IOException {
    List<Path> found = new ArrayList<>();
    for (Path target : targets) {
      if (isFile(target) && !target.equals(targets.get(0))) {
        found.add(target);
      }
    }
    found.addAll(formerFiles());
    return found;
  }

  /** Files that are left of earlier results and have other names than the new ones. */
  private List<Path> formerFiles() throws IOException {
    List<Path> found = new ArrayList<>();
    for (Map.Entry<Path, Long> file : former.entrySet()) {
      Path path = file.getKey();
      if (!targets.contains(path)
          && Retries.call(() -> FileTree.isFile(files, path, file.getValue()))) {
        found.add(path);
      }
    }
    return found;
  }

  /**
   * Whether a file lies at a path.
   *
   * @throws IOException when a folder lies there, which must not be replaced
   */
  private boolean isFile(Path target) throws IOException {
    try {
      if (Retries.call(() -> files.getFileStatus(target)).isDirectory()) {
        throw new IOException(
            ("%s is a folder, and a stem should be written there. Another track may have an id"
                    + " that begins like this path. Give one of the two another id.")
                .formatted(target));
      }
      return true;
    } catch (FileNotFoundException e) {
      return false;
    }
  }

  private void renameFiles(List<Path> staged, Path ready) throws IOException {
    for (Path file : inTheWay()) {
      // Moved, not deleted: a move fails when another run, whose file it may be, has deleted the
      // folder.
      Renames.move(file, new Path(ready, "former-" + UUID.randomUUID()), configuration);
    }
    for (int i = 0; i < targets.size(); i++) {
      Path from = staged.get(i);
      Path to = targets.get(i);
      Retries.run(() -> files.mkdirs(to.getParent()));
      Renames.move(from, to, configuration);
    }
    Retries.run(() -> files.delete(ready, true));
  }

  private void publishObjects(PublishPermit permit) throws IOException {
    List<FSDataOutputStream> open = new ArrayList<>();
    try {
      for (int i = 0; i < targets.size(); i++) {
        FSDataOutputStream stream = AtomicFiles.object(files, targets.get(i), i == 0);
        open.add(stream);
        Files.copy(locals.get(i), stream);
      }
      permit.require();
      for (Path file : inTheWay()) {
        Retries.run(() -> files.delete(file, false));
      }
      while (!open.isEmpty()) {
        // Removed before it is closed, so that one that fails is not closed again.
        open.remove(0).close();
      }
    } finally {
      for (FSDataOutputStream stream : open) {
        // Closing would publish it.
        ((Abortable) stream).abort();
      }
    }
  }
}
