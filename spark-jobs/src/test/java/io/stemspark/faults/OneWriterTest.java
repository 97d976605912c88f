package io.stemspark.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.stemspark.Demo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Two runs want the same output: one works, and the other ends without having changed anything. */
@Tag("faults")
class OneWriterTest {
  private static final int DONE = 0;
  private static final int FAILED = 1;
  private static final int USAGE = 2;

  /** How many pairs of runs there are of each kind. */
  private static final int PAIRS = Integer.getInteger("stemspark.test.pairs", 1);

  private static final int TRACKS = 40;
  private static final int LONGEST_OFFSET_MILLIS = 8000;
  private static final int LEASE_SECONDS = 6;
  private static final List<String> JOBS = List.of("separate", "extract", "evaluate");
  private static final Map<String, Map<String, String>> UNDISTURBED = new HashMap<>();
  private static final Map<Place.Kind, Place> PLACES = new EnumMap<>(Place.Kind.class);
  private static int offsets;

  @TempDir static Path folder;
  private static Path corpus;

  @BeforeAll
  static void undisturbed() throws IOException, InterruptedException {
    corpus = folder.resolve("corpus");
    SmallCatalogue.write(corpus, TRACKS);
    for (String job : JOBS) {
      Path output = folder.resolve("undisturbed " + job);
      Run.requireDone(folder.resolve(job + ".log"), arguments(job, output.toString(), List.of()));
      UNDISTURBED.put(job, Output.hashes(job, output));
      assertThat(UNDISTURBED.get(job)).hasSizeGreaterThanOrEqualTo(TRACKS);
    }
  }

  @AfterAll
  static void stop() {
    PLACES.values().forEach(Place::close);
    System.out.printf("%d pairs of runs wanted one output%n", offsets);
  }

  /** Starts what a kind of storage needs when the first test asks for it. */
  private static Place place(Place.Kind kind) throws IOException, InterruptedException {
    Place place = PLACES.get(kind);
    if (place == null) {
      place = Place.start(kind, Files.createDirectory(folder.resolve(kind.toString())));
      PLACES.put(kind, place);
    }
    return place;
  }

  private static Stream<Place.Kind> places() {
    return Arrays.stream(System.getProperty("stemspark.test.places").split(","))
        .map(Place.Kind::valueOf);
  }

  /** Scores are like stems in this, so that the build leaves them to the long checks. */
  private static Stream<Arguments> jobs() {
    boolean all = places().count() > 1;
    return places()
        .flatMap(
            place ->
                JOBS.stream()
                    .filter(job -> all || !job.equals("evaluate"))
                    .map(job -> Arguments.of(place, job)));
  }

  /** On a disk a job and itself, where there is a server every two jobs. */
  private static Stream<Arguments> pairs() {
    boolean all = places().count() > 1;
    return jobs()
        .flatMap(
            first ->
                JOBS.stream()
                    .filter(second -> all || first.get()[1].equals(second))
                    .map(second -> Arguments.of(first.get()[0], first.get()[1], second)));
  }

  private static List<String> arguments(String job, String output, List<String> more)
      throws IOException {
    List<String> arguments = SmallCatalogue.arguments(job, corpus.toString(), output, folder);
    arguments.addAll(List.of("--master", "local[2]"));
    arguments.addAll(more);
    return arguments;
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void ofTwoRunsOneWorks(Place.Kind kind, String first, String second)
      throws IOException, InterruptedException {
    Random random = new Random(Objects.hash(kind.name(), first, second));
    Place place = place(kind);
    for (int pair = 0; pair < PAIRS; pair++) {
      offsets++;
      String name = "pair %d of %s and %s".formatted(pair, first, second);
      Path logs = Files.createTempDirectory(folder, name);
      String out = place.at(name);
      try (Run one = Run.start(logs.resolve("1"), arguments(first, out, place.arguments()))) {
        TimeUnit.MILLISECONDS.sleep(random.nextInt(LONGEST_OFFSET_MILLIS));
        try (Run two = Run.start(logs.resolve("2"), arguments(second, out, place.arguments()))) {
          int ofOne = one.await();
          int ofTwo = two.await();
          assertOneWorked(first, ofOne, second, ofTwo, one.text() + two.text());
          Path copy = place.copy(name);
          assertUndisturbed(first, ofOne, copy);
          assertUndisturbed(second, ofTwo, copy);
        }
      }
    }
  }

  private static void assertOneWorked(
      String first, int ofFirst, String second, int ofSecond, String text) {
    assertThat(List.of(ofFirst, ofSecond)).as(text).contains(DONE).isSubsetOf(DONE, USAGE);
    // The same job may come again when the first has ended; another may not.
    assertThat(first.equals(second) || ofFirst != ofSecond).as(text).isTrue();
    if (ofFirst != ofSecond) {
      String holder = ofFirst == DONE ? first : second;
      // Another job is told so where the first has results, or has ended.
      if (!text.contains("already holds something else")) {
        assertThat(text).contains("is in use by run ", "(" + holder + "), process ", "--take-over");
      }
    }
  }

  private static void assertUndisturbed(String job, int code, Path copy) throws IOException {
    if (code == DONE) {
      assertThat(Output.hashes(job, copy)).isEqualTo(UNDISTURBED.get(job));
    }
  }

  @ParameterizedTest
  @MethodSource("jobs")
  void aRunThatStoodStillChangesNothingOfTheNext(Place.Kind kind, String job)
      throws IOException, InterruptedException {
    Random random = new Random(Objects.hash(kind.name(), job));
    Place place = place(kind);
    List<String> more = new ArrayList<>(place.arguments());
    more.addAll(List.of("--set", "stemspark.lease.seconds=" + LEASE_SECONDS));
    for (int pair = 0; pair < PAIRS; pair++) {
      String name = "stopped %d of %s".formatted(pair, job);
      Path logs = Files.createTempDirectory(folder, name);
      List<String> arguments = arguments(job, place.at(name), more);
      try (Run first = Run.start(logs.resolve("1"), arguments)) {
        first.until(() -> hasBegun(place.stamps(name)));
        TimeUnit.MILLISECONDS.sleep(random.nextInt(500));
        first.stop();
        TimeUnit.SECONDS.sleep(LEASE_SECONDS + 1);
        Run.requireDone(logs.resolve("2"), arguments);
        Map<String, String> before = results(place.stamps(name));
        first.goOn();
        assertThat(first.await()).as(first.text()).isEqualTo(FAILED);
        assertThat(first.text()).contains("Another run has taken over");
        assertThat(results(place.stamps(name))).isEqualTo(before);
      }
      assertThat(Output.hashes(job, place.copy(name))).isEqualTo(UNDISTURBED.get(job));
    }
  }

  /** Tasks are at work: there are results, what will be renamed to them, or a journal. */
  private static boolean hasBegun(Map<String, String> files) {
    return files.keySet().stream()
        .anyMatch(file -> file.matches("_stemspark/(ledger|staged)/.*|.*/vocals.wav|tracks/.*"));
  }

  /** The files that a user asked for. */
  private static Map<String, String> results(Map<String, String> files) {
    Map<String, String> results = new TreeMap<>(files);
    results.keySet().removeIf(file -> file.startsWith("_stemspark/"));
    return results;
  }

  @ParameterizedTest
  @MethodSource("places")
  void trainingsOfOneBundleWaitForNoOther(Place.Kind kind)
      throws IOException, InterruptedException {
    Place place = place(kind);
    Path logs = Files.createTempDirectory(folder, "training");
    Path conf = Demo.FOLDER.resolve("demo.conf");
    Path features = logs.resolve("features");
    Run.requireDone(
        logs.resolve("extract.log"),
        List.of("extract", Demo.FOLDER.toString(), features.toString(), "--conf", conf.toString()));
    List<String> train =
        new ArrayList<>(
            List.of(
                "train", features.toString(), place.at("my.bundle"), "--conf", conf.toString()));
    train.addAll(List.of("--set", "stemspark.training.epochs=1"));
    train.addAll(List.of("--set", "stemspark.unet.features=[4, 8]"));
    train.addAll(place.arguments());
    try (Run first = Run.start(logs.resolve("one.log"), train)) {
      String held = "_stemspark/lease/0000000001.json";
      first.until(() -> place.stamps("my.bundle.training").containsKey(held));
      try (Run second = Run.start(logs.resolve("two.log"), train)) {
        assertThat(second.await()).as(second.text()).isEqualTo(USAGE);
        assertThat(second.text()).contains("is in use by run ", "(train), process ");
      }
      assertThat(first.await()).as(first.text()).isEqualTo(DONE);
    }
    assertThat(place.copy("my.bundle")).isNotEmptyFile();
  }
}
