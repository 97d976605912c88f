package io.stemspark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.stemspark.Demo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Types the commands of the first two pages one after the other, as a newcomer does: through the
 * launcher, with the jar that ships.
 */
@Tag("integration")
class PageCommandsTest {
  private static final Path ROOT = Path.of(System.getProperty("stemspark.root"));
  private static final List<String> PAGES = List.of("README.md", "docs/getting-started.md");
  private static final Pattern COMPLAINT = Pattern.compile("\\b(WARN|ERROR|Exception)\\b");
  private static final int STEMS = 12;

  @TempDir Path folder;

  @BeforeEach
  void layWhatPagesName() throws IOException {
    assertThat(ROOT.resolve("spark-jobs/target/stemspark.jar"))
        .as("the jar, which ./mvnw package builds")
        .exists();
    for (String name : List.of("stemspark", "demo", "conf")) {
      Files.createSymbolicLink(folder.resolve(name), ROOT.resolve(name));
    }
    Files.copy(Demo.FOLDER.resolve("test/es-echo-mp3/mixture.mp3"), folder.resolve("song.mp3"));
    Files.writeString(folder.resolve("tracks.csv"), "track_id,mixture\nsong,song.mp3\n");
  }

  @Test
  void eachDoesWhatThePageSays() throws IOException, InterruptedException {
    Set<String> commands = new LinkedHashSet<>();
    for (String page : PAGES) {
      commands.addAll(DocsTest.commands(Files.readString(ROOT.resolve(page))));
    }
    for (String command : commands) {
      if (command.contains("demo.bundle")) {
        System.out.println(
            "not typed, for it takes minutes (DemoTrainingTest does it): " + command);
      } else {
        type(command);
      }
    }
    assertThat(folder.resolve("stems/song/vocals.wav")).isRegularFile();
    assertThat(count("out", ".wav")).as("stems of demo and of a song").isEqualTo(STEMS + 2);
    assertThat(count("out-flac", ".flac")).as("stems of demo").isEqualTo(STEMS);
    assertThat(count("out", ".html")).as("reports").isPositive();
    assertThat(count("report", ".html")).as("pages of scores").isPositive();
  }

  private void type(String command) throws IOException, InterruptedException {
    Path log = folder.resolve("log");
    long start = System.nanoTime();
    Process process =
        new ProcessBuilder(("./stemspark " + command).split("\\s+"))
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    boolean ended = process.waitFor(5, TimeUnit.MINUTES);
    process.destroyForcibly();
    String printed = Files.readString(log);
    assertThat(ended && process.exitValue() == 0).as("%s%n%s", command, printed).isTrue();
    assertThat(printed).as(command).doesNotContainPattern(COMPLAINT);
    System.out.printf("%.1f s: %s%n", (System.nanoTime() - start) / 1e9, command);
  }

  private long count(String output, String ending) throws IOException {
    try (var files = Files.walk(folder.resolve(output))) {
      return files.filter(file -> file.toString().endsWith(ending)).count();
    }
  }
}
