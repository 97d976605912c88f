package io.stemspark.runtime;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A folder for the temporary files of this process, in the system's own for such files. It goes
 * when the process ends; that of a process which was killed is deleted by the next one of the same
 * user.
 */
public final class ProcessFolder {
  private static final Path BOOT = Path.of("/proc/sys/kernel/random/boot_id");
  private static final Path NAMESPACE = Path.of("/proc/self/ns/pid");
  private static final String NAME = "stemspark-%d-%s-%d-%d";
  private static final int STARTED = 19;

  /**
   * ONNX Runtime makes such a folder while it loads its libraries. They lie elsewhere, so it is
   * empty; a process that is killed just then leaves it.
   */
  private static final String OF_ONNX_RUNTIME = "onnxruntime-java[0-9]*";

  private static final Duration LOADING = Duration.ofMinutes(1);

  private static final Path PARENT = Path.of(System.getProperty("java.io.tmpdir"));

  private static Path folder;

  private ProcessFolder() {}

  /** The folder, which is created by the first call. */
  public static synchronized Path get() throws IOException {
    if (folder == null || !Files.isDirectory(folder)) {
      Path parent = parent();
      deleteThoseOfDeadProcesses(parent);
      deleteEmpty(parent);
      long pid = ProcessHandle.current().pid();
      String name = NAME.formatted(PrivateFolders.user(), shortMachine(), pid, started(pid));
      folder = PrivateFolders.require(parent.resolve(name));
      Path own = folder;
      Runtime.getRuntime().addShutdownHook(new Thread(() -> deleteQuietly(own)));
    }
    return folder;
  }

  /** The system's folder for temporary files, which others use too. */
  static Path parent() {
    return PARENT;
  }

  /** A new folder in it. */
  public static Path newFolder(String prefix) throws IOException {
    return Files.createTempDirectory(get(), prefix);
  }

  /**
   * What tells this machine's process numbers from others': the boot, and the namespace of process
   * numbers. Machines and containers may share a folder for temporary files.
   *
   * @return empty where that is not known
   */
  public static String machine() {
    try {
      return Files.readString(BOOT).strip() + " " + Files.readSymbolicLink(NAMESPACE);
    } catch (IOException | UnsupportedOperationException e) {
      return "";
    }
  }

  private static String shortMachine() {
    return "%08x".formatted(machine().hashCode());
  }

  /**
   * When a process was started, in ticks since the boot, which no change of the clock moves.
   *
   * @return -1 where that is not known
   */
  public static long started(long pid) {
    try {
      Path file = Path.of("/proc", Long.toString(pid), "stat");
      String status = Files.readString(file, StandardCharsets.ISO_8859_1);
      // The second field, the name, may hold spaces.
      String[] fields = status.substring(status.lastIndexOf(')') + 2).split(" ", -1);
      return Long.parseLong(fields[STARTED]);
    } catch (IOException | RuntimeException e) {
      return -1;
    }
  }

  private static void deleteThoseOfDeadProcesses(Path parent) {
    Pattern ours =
        Pattern.compile(
            "stemspark-%d-%s-(\\d+)-(-?\\d+)".formatted(PrivateFolders.user(), shortMachine()));
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(parent, "stemspark-*")) {
      for (Path entry : entries) {
        Matcher name = ours.matcher(entry.getFileName().toString());
        if (name.matches()
            && PrivateFolders.isOwn(entry)
            && started(Long.parseLong(name.group(1))) != Long.parseLong(name.group(2))) {
          deleteQuietly(entry);
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      return; // What cannot be listed is left to whoever cleans the system's own folder.
    }
  }

  private static void deleteEmpty(Path parent) {
    FileTime before = FileTime.from(Instant.now().minus(LOADING));
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(parent, OF_ONNX_RUNTIME)) {
      for (Path entry : entries) {
        if (PrivateFolders.isOwn(entry) && Files.getLastModifiedTime(entry).compareTo(before) < 0) {
          deleteIfEmpty(entry);
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      return; // As above.
    }
  }

  private static void deleteIfEmpty(Path folder) throws IOException {
    try {
      Files.deleteIfExists(folder);
    } catch (DirectoryNotEmptyException e) {
      return; // Another program's.
    }
  }

  private static void deleteQuietly(Path tree) {
    try {
      Files.walkFileTree(
          tree,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              Files.deleteIfExists(file);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure) {
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, IOException failure)
                throws IOException {
              Files.deleteIfExists(visited);
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      return; // Another process may be at it, or threads of this one still write.
    }
  }
}
