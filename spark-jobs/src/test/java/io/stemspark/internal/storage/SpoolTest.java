package io.stemspark.internal.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpoolTest {
  @Test
  void closingRemovesFilesAndFolder() throws IOException {
    Path file;
    try (Spool spool = Spool.open()) {
      file = Files.writeString(spool.file("vocals"), "x");
      assertThat(file).exists();
    }
    assertThat(file.getParent()).doesNotExist();
  }

  /** Where stems go to a local folder they are written there, and moved. */
  @Test
  void aFileNearItsTargetIsMoved(@TempDir Path folder) throws IOException {
    Configuration configuration = new Configuration();
    var target = new org.apache.hadoop.fs.Path(folder.toUri().toString(), "stems/song/vocals.wav");
    var temporary = new org.apache.hadoop.fs.Path(folder.toUri().toString(), "temporary/attempt");
    Path stem = folder.resolve("stems/song/vocals.wav");
    Files.createDirectories(stem.getParent());
    Files.writeString(stem, "older");
    Path file;
    Object written;
    try (Spool spool = Spool.near(temporary, configuration)) {
      file = Files.writeString(spool.file("vocals"), "x");
      written = Files.readAttributes(file, BasicFileAttributes.class).fileKey();
      assertThat(file).startsWith(folder.resolve("temporary/attempt"));
      AtomicFiles.store(file, target, temporary, configuration);
    }
    assertThat(stem).hasContent("x");
    assertThat(Files.readAttributes(stem, BasicFileAttributes.class).fileKey()).isEqualTo(written);
    assertThat(file.getParent()).doesNotExist();
  }

  @Test
  void whoeverCleansUpFirstIsRight(@TempDir Path folder) throws IOException {
    var temporary = new org.apache.hadoop.fs.Path(folder.toUri().toString(), "attempt");
    try (Spool spool = Spool.near(temporary, new Configuration())) {
      Files.delete(spool.file("none").getParent());
    }
    assertThat(folder.resolve("attempt")).isEmptyDirectory();
  }

  @Test
  void endingTheProcessRemovesThem() throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Spooling.class.getName())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    Path file;
    try (var output = process.inputReader()) {
      file = Path.of(output.readLine());
      assertThat(file).exists();
      process.destroy();
      process.waitFor();
    }
    assertThat(file.getParent()).doesNotExist();
  }

  /** Opens a spool and waits to be told to end. */
  static final class Spooling {
    private Spooling() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
      System.out.println(Files.writeString(Spool.open().file("vocals"), "x"));
      Thread.sleep(60_000);
    }
  }
}
