package io.stemspark.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.stemspark.Demo;
import io.stemspark.Separator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Types the commands for Python of the page on embedding. Needs Python 3, and PyPI. */
@Tag("python")
class PySparkTest {
  private static final Path ROOT = Path.of(System.getProperty("stemspark.root"));
  private static final String PAGE = "docs/how-to/embed-in-spark.md";
  private static final int PATIENCE_MINUTES = 15;
  private static final float ROUNDING = 1e-4f;

  @TempDir Path folder;

  @Test
  void theExampleSeparatesADataFrame() throws IOException, InterruptedException {
    Path python = ROOT.resolve("spark-jobs/target/python/bin");
    type(List.of("python3", "-m", "venv", python.getParent().toString()));
    type(command(python, "pip install"));
    List<String> example = command(python, "python examples");
    Path stems = folder.resolve("stems");
    example.set(example.size() - 1, stems.toString());

    String printed = type(example);

    assertThat(printed.lines().filter(line -> line.startsWith("|file:")))
        .hasSize(2)
        .allMatch(line -> line.endsWith("|NULL|NULL   |"));
    List<float[]> expected = vocals(expected());
    List<float[]> found = vocals(stems);
    assertThat(found).hasSameSizeAs(expected);
    for (int i = 0; i < found.size(); i++) {
      // On three threads and more ONNX Runtime may sum in another order.
      assertThat(found.get(i)).containsExactly(expected.get(i), within(ROUNDING));
    }
  }

  /** A command of the page, in the virtual environment. */
  private static List<String> command(Path python, String start) throws IOException {
    String line =
        Files.readAllLines(ROOT.resolve(PAGE)).stream()
            .map(String::strip)
            .filter(text -> text.startsWith(start))
            .findFirst()
            .orElseThrow();
    List<String> words = new ArrayList<>(List.of(line.split(" ")));
    words.set(0, python.resolve(words.get(0)).toString());
    return words;
  }

  private String type(List<String> command) throws IOException, InterruptedException {
    Path log = folder.resolve("log");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(ROOT.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    // PySpark brings a Spark of its own.
    builder.environment().remove("SPARK_HOME");
    Process process = builder.start();
    boolean ended = process.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES);
    process.destroyForcibly();
    assertThat(ended && process.exitValue() == 0)
        .as("%s%n%s", command, Files.readString(log))
        .isTrue();
    return Files.readString(log);
  }

  /** The stems of the same tracks, without Spark. */
  private Path expected() throws IOException {
    Path stems = folder.resolve("expected");
    try (Separator separator = Separator.load(Demo.FOLDER.resolve("starter.bundle"));
        Stream<Path> tracks = Files.list(Demo.FOLDER.resolve("test"))) {
      for (Path track : tracks.toList()) {
        try (Stream<Path> files = Files.list(track)) {
          separator
              .separate(files.findFirst().orElseThrow())
              .writeTo(stems.resolve(track.getFileName()));
        }
      }
    }
    return stems;
  }

  /** All vocals below a folder, the shortest first; of each the first channel. */
  private static List<float[]> vocals(Path folder) throws IOException {
    List<float[]> contents = new ArrayList<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(path -> path.endsWith("vocals.wav")).toList()) {
        contents.add(Demo.read(file).channel(0));
      }
    }
    contents.sort(Comparator.comparing(samples -> samples.length));
    return contents;
  }
}
