package io.stemspark.internal.process;

import io.stemspark.internal.text.Reason;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * A folder for the temporary files of this process, in the system's folder for such files. It is
 * deleted when the process ends. The folder of a process that was killed is deleted by the next
 * process of the same user.
 *
 * <p>A process holds a lock on a file in its folder, which the system releases with the process,
 * whatever ends that. The folders of other hosts, such as containers, are deleted only on a local
 * disk: machines that share a disk need not see each other's locks.
 */
public final class ProcessFolder {
  private static final String PREFIX = "stemspark-%d-%s";
  private static final String HIDDEN = ".";

  /** Types of file systems on which every process that sees a file also sees its locks. */
  private static final Set<String> LOCAL =
      Set.of("apfs", "btrfs", "ext2", "ext3", "ext4", "overlay", "tmpfs", "xfs", "zfs");

  private static final String LOCK = ".lock";

  /** The folder of this process, whichever class loader asks for it. */
  private static final String PROPERTY = "stemspark.process.folder";

  /**
   * ONNX Runtime makes such a folder, which stays until the process ends. Its libraries lie
   * elsewhere, so it is empty; a process that is killed leaves it.
   */
  private static final String OF_ONNX_RUNTIME = "onnxruntime-java[0-9]*";

  private static final Duration BEGINNING = Duration.ofMinutes(1);

  /** The system's folder for temporary files, which others use too. */
  static final Path PARENT = Path.of(System.getProperty("java.io.tmpdir"));

  private static Path folder;

  /** Open, and so locked, as long as this process lives. */
  private static FileChannel lock;

  private ProcessFolder() {}

  /** The folder, which is created by the first call. */
  public static synchronized Path get() throws IOException {
    if (folder == null) {
      String known = System.getProperty(PROPERTY);
      folder = known == null ? null : Path.of(known);
    }
    if (folder == null || !Files.isDirectory(folder)) {
      clean();
      Path own = create();
      Runtime.getRuntime().addShutdownHook(new Thread(() -> deleteQuietly(own)));
      folder = own;
      System.setProperty(PROPERTY, own.toString());
    }
    return folder;
  }

  /** Uses another name until it is locked, so that no process takes it for a dead one's. */
  private static Path create() throws IOException {
    String name = prefix(host()) + UUID.randomUUID();
    try {
      Path hidden = PrivateFolders.require(PARENT.resolve(HIDDEN + name));
      lock =
          FileChannel.open(
              hidden.resolve(LOCK), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      hold(lock);
      return Files.move(hidden, PARENT.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new IOException(
          ("The folder for temporary files cannot be used. Name another by"
                  + " STEMSPARK_JAVA_OPTS=-Djava.io.tmpdir=FOLDER. %s")
              .formatted(Reason.of(e)),
          e);
    }
  }

  private static boolean hold(FileChannel file) {
    try {
      return file.tryLock() != null;
    } catch (IOException | OverlappingFileLockException e) {
      return false; // On a file system without locks, no process is taken for dead.
    }
  }

  /** A new folder in it. */
  public static Path newFolder(String prefix) throws IOException {
    return Files.createTempDirectory(get(), prefix);
  }

  /** Deletes what dead processes of this user have left. */
  private static void clean() {
    try {
      boolean local = LOCAL.contains(Files.getFileStore(PARENT).type());
      String names = prefix(local ? "" : host()) + "*";
      for (Path entry : own(names)) {
        if (isOfADeadProcess(entry)) {
          deleteQuietly(entry);
        }
      }
      for (Path entry : own(HIDDEN + names)) {
        if (isOld(entry)) {
          deleteQuietly(entry);
        }
      }
      for (Path entry : own(OF_ONNX_RUNTIME)) {
        if (isOld(entry)) {
          deleteIfEmpty(entry);
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      return; // What cannot be listed is left to whoever cleans the system's own folder.
    }
  }

  private static boolean isOld(Path entry) throws IOException {
    Instant changed = Files.getLastModifiedTime(entry).toInstant();
    return changed.isBefore(Instant.now().minus(BEGINNING));
  }

  /**
   * How the names of folders of this user begin.
   *
   * @param host its hash; empty for those of all hosts
   */
  private static String prefix(String host) {
    return PREFIX.formatted(PrivateFolders.user(), host.isEmpty() ? "" : host + "-");
  }

  private static String host() {
    try {
      return "%08x".formatted(InetAddress.getLocalHost().getHostName().hashCode());
    } catch (UnknownHostException e) {
      return "unknown";
    }
  }

  private static List<Path> own(String names) throws IOException {
    List<Path> own = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(PARENT, names)) {
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
      return; // It is in use by another program.
    }
  }

  /** Hides the folder first: what is left of it is found again, with its lock or without. */
  private static void deleteQuietly(Path folder) {
    try {
      deleteTree(hidden(folder));
    } catch (IOException e) {
      return; // Another process may be deleting it, or threads of this one may still write.
    }
  }

  /** Deletes a folder with all below it, of which other processes may delete some. */
  public static void deleteTree(Path folder) throws IOException {
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException failure)
              throws IOException {
            if (failure instanceof NoSuchFileException) {
              return FileVisitResult.CONTINUE; // Another process was quicker.
            }
            throw failure;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path visited, IOException failure)
              throws IOException {
            if (failure != null) {
              throw failure;
            }
            Files.deleteIfExists(visited);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  private static Path hidden(Path folder) {
    String name = String.valueOf(folder.getFileName());
    if (name.startsWith(HIDDEN)) {
      return folder;
    }
    try {
      return Files.move(
          folder, folder.resolveSibling(HIDDEN + name), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      return folder; // Another process has just done so.
    }
  }
}
