package io.stemspark.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.stemspark.jobs.storage.Spool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

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
