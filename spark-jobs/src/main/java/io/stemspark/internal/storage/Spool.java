package io.stemspark.internal.storage;

import io.stemspark.internal.process.ProcessFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A local folder for files that are still being written. It is deleted when it is closed, or when
 * the process is told to end, so that a machine that is taken away in the middle of a track keeps
 * no leftovers.
 */
public final class Spool implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Spool.class);
  private static final Set<Path> OPEN = ConcurrentHashMap.newKeySet();

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(Spool::end));
  }

  private static volatile boolean ending;

  private final Path folder;

  private Spool(Path folder) {
    this.folder = folder;
  }

  public static Spool open() throws IOException {
    return opened(ProcessFolder.newFolder("spool"));
  }

  /**
   * A folder for files that are stored when they are whole: inside {@code temporary} where that is
   * a local folder, so that they only have to be renamed.
   */
  public static Spool near(org.apache.hadoop.fs.Path temporary, Configuration configuration)
      throws IOException {
    FileSystem files = temporary.getFileSystem(configuration);
    if (!LocalPaths.isLocal(files)) {
      return open();
    }
    Path parent = LocalPaths.of(files.makeQualified(temporary));
    LocalFolders.create(parent);
    return opened(Files.createTempDirectory(parent, "track"));
  }

  /** Opens no folder in an ending process, whose tasks go on until it has ended. */
  private static Spool opened(Path folder) throws IOException {
    OPEN.add(folder);
    if (ending) {
      delete(folder);
      throw new IOException("The process is being ended.");
    }
    return new Spool(folder);
  }

  private static void end() {
    ending = true;
    for (Path folder : OPEN) {
      try {
        delete(folder);
      } catch (UncheckedIOException e) {
        LOG.warn("{} could not be deleted and is left behind: {}", folder, e.getMessage());
      }
    }
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
    } catch (NoSuchFileException e) {
      // The run has ended, and has deleted what a surplus attempt left.
      return;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
