package io.stemspark.jobs.storage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * A local folder for files that are still being written. It goes when it is closed, or when the
 * process is told to end: a machine that is taken away in the middle of a track keeps no leftovers.
 */
public final class Spool implements AutoCloseable {
  private static final Set<Path> OPEN = ConcurrentHashMap.newKeySet();

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(() -> OPEN.forEach(Spool::delete)));
  }

  private final Path folder;

  private Spool(Path folder) {
    this.folder = folder;
  }

  public static Spool open() throws IOException {
    Spool spool = new Spool(Files.createTempDirectory("stemspark"));
    OPEN.add(spool.folder);
    return spool;
  }

  /** Where a file of this name may be written. */
  public Path file(String name) {
    return folder.resolve(name);
  }

  @Override
  public void close() {
    delete(folder);
    OPEN.remove(folder);
  }

  private static void delete(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
      Files.delete(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
