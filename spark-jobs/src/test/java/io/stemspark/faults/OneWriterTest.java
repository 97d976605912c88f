package io.stemspark.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.stemspark.Demo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two runs want the same output: one works, and the other ends without having changed anything. */
@Tag("faults")
class OneWriterTest {
  private static final int DONE = 0;
  private static final int FAILED = 1;
  private static final int USAGE = 2;

  /** Pairs of runs for each job; the build asks for more where it has more time. */
  private static final int PAIRS = Integer.getInteger("stemspark.test.pairs", 1);

  private static final int LONGEST_OFFSET_MILLIS = 8000;
  private static final Map<String, Map<String, String>> UNDISTURBED = new HashMap<>();

  @TempDir static Path folder;
  private static Path corpus;

  @BeforeAll
  static void undisturbed() throws IOException, InterruptedException {
    corpus = folder.resolve("corpus");
    SmallCatalogue.write(corpus);
    for (String job : new String[] {"separate", "extract"}) {
      Path output = folder.resolve("undisturbed " + job);
      Run.requireDone(folder.resolve(job + ".log"), arguments(job, output));
      UNDISTURBED.put(job, Output.hashes(job, output));
    }
  }

  private static List<String> arguments(String job, Path output, String... more)
      throws IOException {
    List<String> arguments =
        SmallCatalogue.arguments(job, corpus.toString(), output.toString(), folder);
    arguments.addAll(List.of("--master", "local[2]"));
    arguments.addAll(List.of(more));
    return arguments;
  }

  private static Path newFolder(String name) throws IOException {
    return Files.createTempDirectory(folder, name);
  }

  @ParameterizedTest
  @ValueSource(strings = {"separate", "extract"})
  void ofTwoRunsOneWorks(String job) throws IOException, InterruptedException {
    Random random = new Random(7);
    for (int pair = 0; pair < PAIRS; pair++) {
      Path logs = newFolder("pair");
      Path out = logs.resolve("out");
      List<Integer> codes = new ArrayList<>();
      String text;
      try (Run one = Run.start(logs.resolve("one.log"), arguments(job, out))) {
        TimeUnit.MILLISECONDS.sleep(random.nextInt(LONGEST_OFFSET_MILLIS));
        try (Run two = Run.start(logs.resolve("two.log"), arguments(job, out))) {
          codes.add(one.await());
          codes.add(two.await());
          text = one.text() + two.text();
        }
      }
      // The second may have come when the first had ended.
      assertThat(codes).as(text).contains(DONE).isSubsetOf(DONE, USAGE);
      if (codes.contains(USAGE)) {
        assertThat(text).contains("is in use by run ", "(" + job + "), process ", "--take-over");
      }
      assertThat(Output.hashes(job, out)).isEqualTo(UNDISTURBED.get(job));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"separate", "extract"})
  void aRunThatStoodStillChangesNothingOfTheNext(String job)
      throws IOException, InterruptedException {
    Random random = new Random(11);
    for (int pair = 0; pair < PAIRS; pair++) {
      Path logs = newFolder("stopped");
      Path out = logs.resolve("out");
      String lease = "stemspark.lease.seconds=3";
      try (Run first = Run.start(logs.resolve("one.log"), arguments(job, out, "--set", lease))) {
        first.until(() -> hasBegun(out));
        TimeUnit.MILLISECONDS.sleep(random.nextInt(1500));
        first.stop();
        TimeUnit.SECONDS.sleep(4);
        Run.requireDone(logs.resolve("two.log"), arguments(job, out, "--set", lease));
        Map<String, String> before = stamps(out);
        first.goOn();
        assertThat(first.await()).as(first.text()).isEqualTo(FAILED);
        assertThat(first.text()).contains("Another run has taken over");
        assertThat(stamps(out)).isEqualTo(before);
      }
      assertThat(Output.hashes(job, out)).isEqualTo(UNDISTURBED.get(job));
    }
  }

  private static boolean hasBegun(Path out) {
    return Output.files(out).stream()
        .map(Path::toString)
        .anyMatch(file -> file.endsWith("vocals.wav") || file.endsWith(".parquet.staged"));
  }

  /** Times and sizes of all results, and of the manifest. */
  private static Map<String, String> stamps(Path out) throws IOException {
    Map<String, String> stamps = new TreeMap<>();
    for (Path file : Output.files(out)) {
      String path = out.relativize(file).toString();
      if (!path.startsWith("_stemspark/")) {
        stamps.put(path, Files.getLastModifiedTime(file) + " " + Files.size(file));
      }
    }
    return stamps;
  }

  @Test
  void trainingsOfOneBundleWaitForNoOther() throws IOException, InterruptedException {
    Path logs = newFolder("training");
    Path conf = Demo.FOLDER.resolve("demo.conf");
    Path features = logs.resolve("features");
    Path bundle = logs.resolve("my.bundle");
    Run.requireDone(
        logs.resolve("extract.log"),
        List.of("extract", Demo.FOLDER.toString(), features.toString(), "--conf", conf.toString()));
    List<String> train =
        List.of(
            "train",
            features.toString(),
            bundle.toString(),
            "--conf",
            conf.toString(),
            "--set",
            "stemspark.training.epochs=1",
            "--set",
            "stemspark.unet.features=[4, 8]");
    try (Run first = Run.start(logs.resolve("one.log"), train)) {
      Path held = logs.resolve("my.bundle.training/_stemspark/lease/0000000001.json");
      first.until(() -> Files.exists(held));
      try (Run second = Run.start(logs.resolve("two.log"), train)) {
        assertThat(second.await()).as(second.text()).isEqualTo(USAGE);
        assertThat(second.text()).contains("is in use by run ", "(train), process ");
      }
      assertThat(first.await()).as(first.text()).isEqualTo(DONE);
    }
    assertThat(bundle).isNotEmptyFile();
  }
}
