package io.stemspark.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.stemspark.Demo;
import io.stemspark.bundle.ModelBundle;
import java.io.IOException;
import java.io.InputStream;
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

  /** Tasks are at work: there are results, what will be renamed to them, or a journal. */
  private static final String BEGUN = "_stemspark/(ledger|staged)/.*|.*/vocals.wav|tracks/.*";

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
      if (!text.contains("already holds ")) {
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
    for (int pair = 0; pair < PAIRS; pair++) {
      int code = standStill(place(kind), job, "stopped %d of %s".formatted(pair, job), BEGUN);
      assertThat(code).isEqualTo(FAILED);
    }
  }

  /** While it replaces a dataset, or draws its page; it may have ended just before. */
  @ParameterizedTest
  @MethodSource("places")
  @Tag("acceptance")
  void soDoesOneThatStoodStillNearItsEnd(Place.Kind kind) throws IOException, InterruptedException {
    Map<String, String> ends =
        Map.of("extract", "_stemspark/dataset/pending", "evaluate", "scores\\.json");
    for (Map.Entry<String, String> end : ends.entrySet()) {
      for (int pair = 0; pair < PAIRS; pair++) {
        String name = "late %d of %s".formatted(pair, end.getKey());
        int code = standStill(place(kind), end.getKey(), name, end.getValue());
        System.out.printf("%s on %s: %d%n", name, kind, code);
        assertThat(code).isIn(DONE, FAILED);
      }
    }
  }

  /**
   * Stops a run past its lease's end, lets the next do all, and wakes it.
   *
   * @param moment it is stopped soon after there is a file of this name
   * @return the exit code of the one that was stopped
   */
  private static int standStill(Place place, String job, String name, String moment)
      throws IOException, InterruptedException {
    Random random = new Random(name.hashCode());
    Path logs = Files.createTempDirectory(folder, name);
    List<String> more = new ArrayList<>(place.arguments());
    more.addAll(List.of("--set", "stemspark.lease.seconds=" + LEASE_SECONDS));
    List<String> arguments = arguments(job, place.at(name), more);
    int code;
    try (Run first = Run.start(logs.resolve("1"), arguments)) {
      first.until(
          () -> place.stamps(name).keySet().stream().anyMatch(file -> file.matches(moment)));
      TimeUnit.MILLISECONDS.sleep(random.nextInt(500));
      first.stop();
      TimeUnit.SECONDS.sleep(LEASE_SECONDS + 1);
      Run.requireDone(logs.resolve("2"), arguments);
      Map<String, String> before = results(place.stamps(name));
      first.goOn();
      code = first.await();
      assertThat(code == DONE || first.text().contains("Another run has taken over"))
          .as(first.text())
          .isTrue();
      assertThat(results(place.stamps(name))).isEqualTo(before);
    }
    assertThat(Output.hashes(job, place.copy(name))).isEqualTo(UNDISTURBED.get(job));
    return code;
  }

  /** The files that a user asked for. */
  private static Map<String, String> results(Map<String, String> files) {
    Map<String, String> results = new TreeMap<>(files);
    results.keySet().removeIf(file -> file.startsWith("_stemspark/"));
    return results;
  }

  /** Arguments of a small training. */
  private static List<String> training(Place place, String bundle, Path logs)
      throws IOException, InterruptedException {
    Path conf = Demo.FOLDER.resolve("demo.conf");
    Path features = folder.resolve("features");
    if (!Files.exists(features)) {
      Run.requireDone(
          logs.resolve("extract.log"),
          List.of(
              "extract", Demo.FOLDER.toString(), features.toString(), "--conf", conf.toString()));
    }
    List<String> train =
        new ArrayList<>(
            List.of("train", features.toString(), place.at(bundle), "--conf", conf.toString()));
    train.addAll(List.of("--set", "stemspark.training.epochs=4"));
    train.addAll(List.of("--set", "stemspark.unet.features=[4, 8]"));
    train.addAll(List.of("--set", "stemspark.lease.seconds=" + LEASE_SECONDS));
    train.addAll(place.arguments());
    return train;
  }

  @ParameterizedTest
  @MethodSource("places")
  @Tag("acceptance")
  void aTrainingThatStoodStillChangesNothingOfTheNext(Place.Kind kind)
      throws IOException, InterruptedException {
    Place place = place(kind);
    Path logs = Files.createTempDirectory(folder, "stopped training");
    Run.requireDone(logs.resolve("0"), training(place, "undisturbed.bundle", logs));
    Map<String, String> undisturbed = networks(place.copy("undisturbed.bundle"));
    Random random = new Random(kind.name().hashCode());
    for (int pair = 0; pair < PAIRS; pair++) {
      String name = "stopped %d.bundle".formatted(pair);
      List<String> train = training(place, name, logs);
      try (Run first = Run.start(logs.resolve("1"), train)) {
        // When it has just begun, or has something to lose.
        String sign = name + (pair % 2 == 0 ? ".checkpoints" : ".training");
        first.until(() -> !place.stamps(sign).isEmpty());
        TimeUnit.MILLISECONDS.sleep(random.nextInt(500));
        first.stop();
        TimeUnit.SECONDS.sleep(LEASE_SECONDS + 1);
        train.add("--resume");
        Run.requireDone(logs.resolve("2"), train);
        Map<String, String> before = results(place.stamps(name + ".training"));
        first.goOn();
        assertThat(first.await()).as(first.text()).isEqualTo(FAILED);
        assertThat(results(place.stamps(name + ".training"))).isEqualTo(before);
        assertThat(place.stamps(name + ".checkpoints")).isEmpty();
      }
      assertThat(networks(place.copy(name))).isEqualTo(undisturbed);
    }
  }

  /** Hashes of a bundle's networks and weights; its manifest says when it was made. */
  private static Map<String, String> networks(Path bundle) throws IOException {
    try (InputStream stream = Files.newInputStream(bundle)) {
      return ModelBundle.read(bundle.toString(), stream).manifest().entries();
    }
  }

  @ParameterizedTest
  @MethodSource("places")
  void trainingsOfOneBundleWaitForNoOther(Place.Kind kind)
      throws IOException, InterruptedException {
    Place place = place(kind);
    Path logs = Files.createTempDirectory(folder, "training");
    List<String> train = training(place, "my.bundle", logs);
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
