package io.stemspark.runtime;

import io.stemspark.text.Reason;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * A folder for the temporary files of this process, in the system's own for such files. It goes
 * when the process ends; that of a process which was killed is deleted by the next one of the same
 * user.
 *
 * <p>A process holds a lock on a file in its folder. The system releases it with the process,
 * whatever ends that, and all machines and containers that share the folder know of it.
 */
public final class ProcessFolder {
  private static final String NAME = "stemspark-%d-%s";
  private static final String NOT_LOCKED_YET = ".stemspark-%d-%s";
  private static final String LOCK = ".lock";

  /** The folder of this process, whichever class loader asks for it. */
  private static final String PROPERTY = "stemspark.process.folder";

  /**
   * ONNX Runtime makes such a folder while it loads its libraries. They lie elsewhere, so it is
   * empty; a process that is killed just then leaves it.
   */
  private static final String OF_ONNX_RUNTIME = "onnxruntime-java[0-9]*";

  private static final Duration BEGINNING = Duration.ofMinutes(1);

  private static final Path PARENT = Path.of(System.getProperty("java.io.tmpdir"));

  private static Path folder;
  private static FileChannel lock;

  private ProcessFolder() {}

  /** The folder, which is created by the first call. */
  public static synchronized Path get() throws IOException {
    if (folder == null) {
      String known = System.getProperty(PROPERTY);
      folder = known == null ? null : Path.of(known);
    }
    if (folder == null || !Files.isDirectory(folder)) {
      Path parent = parent();
      clean(parent);
      Path own = created(parent);
      Runtime.getRuntime().addShutdownHook(new Thread(() -> deleteQuietly(own)));
      folder = own;
      System.setProperty(PROPERTY, own.toString());
    }
    return folder;
  }

  private static Path created(Path parent) throws IOException {
    try {
      return create(parent);
    } catch (IOException e) {
      throw new IOException(
          "The folder for temporary files cannot be used (%s). Name another: STEMSPARK_JAVA_OPTS=-Djava.io.tmpdir=FOLDER."
              .formatted(Reason.of(e)),
          e);
    }
  }

  /** Under another name until it is locked, lest another process takes it for a dead one's. */
  private static Path create(Path parent) throws IOException {
    int user = PrivateFolders.user();
    UUID random = UUID.randomUUID();
    Path hidden = PrivateFolders.require(parent.resolve(NOT_LOCKED_YET.formatted(user, random)));
    lock =
        FileChannel.open(
            hidden.resolve(LOCK), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    hold(lock);
    Path visible = parent.resolve(NAME.formatted(user, random));
    return Files.move(hidden, visible, StandardCopyOption.ATOMIC_MOVE);
  }

  private static boolean hold(FileChannel file) {
    try {
      return file.tryLock() != null;
    } catch (IOException | OverlappingFileLockException e) {
      return false; // A file system without locks: nobody is taken for dead.
    }
  }

  /** The system's folder for temporary files, which others use too. */
  static Path parent() {
    return PARENT;
  }

  /** A new folder in it. */
  public static Path newFolder(String prefix) throws IOException {
    return Files.createTempDirectory(get(), prefix);
  }

  /** What dead processes of this user have left. */
  private static void clean(Path parent) {
    int user = PrivateFolders.user();
    FileTime before = FileTime.from(Instant.now().minus(BEGINNING));
    try {
      for (Path entry : own(parent, NAME.formatted(user, "*"))) {
        if (isOfADeadProcess(entry)) {
          deleteQuietly(entry);
        }
      }
      for (Path entry : own(parent, NOT_LOCKED_YET.formatted(user, "*"))) {
        if (Files.getLastModifiedTime(entry).compareTo(before) < 0) {
          deleteQuietly(entry);
        }
      }
      for (Path entry : own(parent, OF_ONNX_RUNTIME)) {
        if (Files.getLastModifiedTime(entry).compareTo(before) < 0) {
          deleteIfEmpty(entry);
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      return; // What cannot be listed is left to whoever cleans the system's own folder.
    }
  }

  private static List<Path> own(Path parent, String names) throws IOException {
    List<Path> own = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(parent, names)) {
      for (Path entry : entries) {
        if (PrivateFolders.isOwn(entry)) {
          own.add(entry);
        }
      }
    }
    return own;
  }

  private static boolean isOfADeadProcess(Path folder) {
    try (FileChannel file = FileChannel.open(folder.resolve(LOCK), StandardOpenOption.WRITE)) {
      return hold(file);
    } catch (IOException e) {
      return false; // It has just gone.
    }
  }

  private static void deleteIfEmpty(Path folder) throws IOException {
    try {
      Files.deleteIfExists(folder);
    } catch (DirectoryNotEmptyException e) {
      return; // Another program's.
    }
  }

  /** The lock last, so that what is left over by a process killed meanwhile is found again. */
  private static void deleteQuietly(Path tree) {
    Path last = tree.resolve(LOCK);
    try {
      Files.walkFileTree(
          tree,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              if (!file.equals(last)) {
                Files.deleteIfExists(file);
              }
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure) {
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, IOException failure)
                throws IOException {
              if (visited.equals(tree)) {
                Files.deleteIfExists(last);
              }
              Files.deleteIfExists(visited);
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      return; // Another process may be at it, or threads of this one still write.
    }
  }
}
