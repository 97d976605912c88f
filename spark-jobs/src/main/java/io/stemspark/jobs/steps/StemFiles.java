package io.stemspark.jobs.steps;

import io.stemspark.jobs.storage.AtomicFiles;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.io.IOUtils;

/** Takes audio files from the local disk to storage. */
final class StemFiles {
  private static final int COPY_BYTES = 1 << 20;

  private StemFiles() {}

  /**
   * Stores a copy of a file.
   *
   * @param temporary for what is not whole yet
   */
  static void store(
      Path file,
      org.apache.hadoop.fs.Path target,
      org.apache.hadoop.fs.Path temporary,
      Configuration configuration)
      throws IOException {
    AtomicFiles.write(target, temporary, configuration, stream -> copy(file, stream));
  }

  private static void copy(Path file, OutputStream stream) throws IOException {
    try (InputStream content = Files.newInputStream(file)) {
      IOUtils.copyBytes(content, stream, COPY_BYTES);
    }
  }
}
