package io.stemspark.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.stemspark.Demo;
import io.stemspark.cli.Main;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Four stems of an ensemble of other people's networks, on two executors and object storage that
 * fails now and then: whatever is killed, in the end nothing is lost, doubled or unpaired.
 */
@Tag("integration")
class EnsembleFaultsTest {
  private static final int DONE = 0;
  private static final int TRACKS = 40;
  private static final int TASKS = 2;
  private static final List<String> STEMS = List.of("vocals", "drums", "bass", "other");

  @TempDir static Path folder;
  private static Path corpus;
  private static Path bundle;
  private static Place place;
  private static Map<String, String> undisturbed;

  @BeforeAll
  static void undisturbed() throws IOException, InterruptedException {
    corpus = folder.resolve("corpus");
    SmallCatalogue.write(corpus, TRACKS);
    bundle = folder.resolve("ensemble.bundle");
    Path waves = imported("htdemucs", "samples.onnx");
    Path spectra = imported("roformer", "spectra.onnx", "--hop-length=16");
    bundle("join", waves.toString(), spectra.toString(), bundle.toString(), "--weights=2,1");
    Path output = folder.resolve("undisturbed");
    List<String> arguments = arguments(output.toString());
    arguments.addAll(List.of("--master", "local[2]"));
    Run.requireDone(folder.resolve("undisturbed.log"), arguments);
    undisturbed = Output.hashes("separate", output);
    assertThat(undisturbed).hasSize(STEMS.size() * TRACKS);
    place = Place.start(Place.Kind.S3, Files.createDirectory(folder.resolve("s3")));
  }

  private static Path imported(String preset, String network, String... more) {
    Path imported = folder.resolve(preset + ".bundle");
    List<String> arguments = new ArrayList<>(List.of("import", "--preset=" + preset));
    arguments.addAll(List.of(more));
    arguments.addAll(
        List.of(
            "--stems=vocals,drums,bass",
            Demo.FOLDER.resolve("../model/src/test/resources/segments").resolve(network).toString(),
            imported.toString()));
    bundle(arguments.toArray(String[]::new));
    return imported;
  }

  private static void bundle(String... arguments) {
    List<String> all = new ArrayList<>(List.of("bundle"));
    all.addAll(List.of(arguments));
    assertThat(Main.run(all.toArray(String[]::new))).isEqualTo(DONE);
  }

  @AfterAll
  static void stop() {
    place.close();
  }

  private static List<String> arguments(String output) {
    return new ArrayList<>(
        List.of("separate", corpus.toString(), output, "--model", bundle.toString()));
  }

  private static Run start(String name, List<String> master) throws IOException {
    List<String> arguments = arguments(place.at(name));
    arguments.addAll(place.arguments());
    arguments.addAll(master);
    return Run.start(folder.resolve(name + ".log"), arguments);
  }

  private static boolean hasBegun(String name) {
    return place.stamps(name).keySet().stream().anyMatch(file -> file.endsWith("other.wav"));
  }

  /** Executors outlive their driver by a moment. */
  private static void awaitQuiet(String name) throws InterruptedException {
    Map<String, String> before;
    do {
      before = place.stamps(name);
      TimeUnit.SECONDS.sleep(3);
    } while (!before.equals(place.stamps(name)));
  }

  private static Map<String, String> stems(String name) throws IOException {
    return Output.hashes("separate", place.copy(name));
  }

  @Test
  void anExecutorIsKilled() throws IOException, InterruptedException {
    try (Run run = start("executor", Run.twoExecutors())) {
      run.until(() -> hasBegun("executor"));
      run.killAnExecutor();
      assertThat(run.await()).as(run.text()).isEqualTo(DONE);
    }
    assertThat(stems("executor")).isEqualTo(undisturbed);
  }

  @Test
  void theDriverIsKilled() throws IOException, InterruptedException {
    try (Run run = start("driver", Run.twoExecutors())) {
      run.until(() -> hasBegun("driver"));
      run.kill();
    }
    awaitQuiet("driver");
    Map<String, String> left = stems("driver");
    assertThat(undisturbed).containsAllEntriesOf(left);
    // An object store completes one object at a time; more than the tasks cannot be amid that.
    assertThat(left.keySet().stream().map(stem -> stem.replaceFirst("[^/]+$", "")).distinct())
        .filteredOn(
            track -> STEMS.stream().anyMatch(stem -> !left.containsKey(track + stem + ".wav")))
        .hasSizeLessThanOrEqualTo(TASKS);
    try (Run run = start("driver", List.of("--master", "local[2]"))) {
      assertThat(run.await()).as(run.text()).isEqualTo(DONE);
      assertThat(run.text()).contains(" already done");
    }
    assertThat(stems("driver")).isEqualTo(undisturbed);
  }
}
