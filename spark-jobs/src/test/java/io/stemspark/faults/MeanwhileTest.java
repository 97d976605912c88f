package io.stemspark.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** While a run is at work its inputs change, or processes of it stand still. */
@Tag("faults")
class MeanwhileTest {
  private static final int DONE = 0;
  private static final int SOME_TRACKS_FAILED = 3;
  private static final int TRACKS = 40;
  private static final List<String> ONE_PROCESS = List.of("--master", "local[2]");

  @TempDir static Path folder;
  private static Path corpus;
  private static Map<String, String> undisturbed;
  private Path logs;
  private Path out;

  @BeforeAll
  static void undisturbed() throws IOException, InterruptedException {
    corpus = folder.resolve("corpus");
    SmallCatalogue.write(corpus, TRACKS);
    Path output = folder.resolve("undisturbed");
    Run.requireDone(folder.resolve("log"), separate(corpus, output, ONE_PROCESS));
    undisturbed = Output.hashes("separate", output);
    assertThat(undisturbed).hasSize(2 * TRACKS);
  }

  @BeforeEach
  void prepare() throws IOException {
    logs = Files.createTempDirectory(folder, "test");
    out = logs.resolve("out");
  }

  private static List<String> separate(Path input, Path output, List<String> more)
      throws IOException {
    List<String> arguments =
        SmallCatalogue.arguments("separate", input.toString(), output.toString(), folder);
    arguments.addAll(more);
    return arguments;
  }

  private boolean hasBegun() {
    return Output.files(out).stream().filter(file -> file.endsWith("vocals.wav")).count() > 2;
  }

  /** What has been planned is done, and no more; the next run does what has come since. */
  @Test
  void anExecutorIsLostThatPlansACorpusWhichGrows() throws Exception {
    Path growing = logs.resolve("corpus");
    FileUtils.copyDirectory(corpus.toFile(), growing.toFile());
    AtomicBoolean grows = new AtomicBoolean(true);
    List<String> more = new ArrayList<>();
    Thread others = new Thread(() -> grow(growing, more, grows));
    others.start();
    try (Run run = Run.start(logs.resolve("1"), separate(growing, out, Run.twoExecutors()))) {
      run.until(() -> run.hasChildren() && Files.exists(out.resolve("_stemspark/temporary")));
      run.killAnExecutor();
      assertThat(run.await()).as(run.text()).isEqualTo(DONE);
      long stems = Output.files(out).stream().filter(f -> f.endsWith("vocals.wav")).count();
      assertThat(run.text()).contains(stems + " tracks separated");
      assertThat(stems).isGreaterThanOrEqualTo(TRACKS);
    } finally {
      grows.set(false);
      others.join();
    }
    Run.requireDone(logs.resolve("2"), separate(growing, out, ONE_PROCESS));
    Map<String, String> expected = new TreeMap<>(undisturbed);
    for (String track : more) {
      for (String stem : List.of("/vocals.wav", "/accompaniment.wav")) {
        expected.put("train/" + track + stem, undisturbed.get("train/track 000" + stem));
      }
    }
    assertThat(more).isNotEmpty();
    assertThat(Output.hashes("separate", out)).isEqualTo(expected);
  }

  /** The tracks of a list are planned by executors, however few they are. */
  @Test
  void anExecutorIsLostThatPlansAList() throws Exception {
    List<String> lines = new ArrayList<>(List.of("track_id,mixture"));
    try (Stream<Path> files = Files.walk(corpus)) {
      files
          .filter(file -> file.getFileName().toString().startsWith("mixture."))
          .forEach(file -> lines.add(corpus.relativize(file.getParent()) + "," + file));
    }
    Path list = Files.write(logs.resolve("tracks.csv"), lines);
    try (Run run = Run.start(logs.resolve("1"), separate(list, out, Run.twoExecutors()))) {
      run.until(() -> run.hasChildren() && Files.exists(out.resolve("_stemspark/temporary")));
      run.killAnExecutor();
      assertThat(run.await()).as(run.text()).isEqualTo(DONE);
    }
    assertThat(Output.hashes("separate", out)).isEqualTo(undisturbed);
  }

  private static void grow(Path growing, List<String> more, AtomicBoolean grows) {
    try {
      while (grows.get()) {
        String track = "more %03d".formatted(more.size());
        Path target = growing.resolve("train").resolve(track);
        Path whole = growing.resolveSibling("next");
        FileUtils.copyDirectory(growing.resolve("train/track 000").toFile(), whole.toFile());
        Files.move(whole, target);
        more.add(track);
        TimeUnit.MILLISECONDS.sleep(200);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Scores of stems that were replaced meanwhile are made again by the next evaluation. */
  @Test
  @Tag("acceptance")
  void stemsAreReplacedThatAreBeingScored() throws Exception {
    Run.requireDone(logs.resolve("1"), separate(corpus, out, ONE_PROCESS));
    Path report = logs.resolve("report");
    List<String> evaluate =
        new ArrayList<>(List.of("evaluate", out.toString(), corpus.toString(), report.toString()));
    evaluate.addAll(ONE_PROCESS);
    List<String> otherwise = new ArrayList<>(ONE_PROCESS);
    otherwise.addAll(List.of("--set", "stemspark.separation.overlap=0"));
    try (Run reader = Run.start(logs.resolve("2"), evaluate)) {
      reader.until(() -> Output.files(report.resolve("tracks")).size() > 2);
      Run.requireDone(logs.resolve("3"), separate(corpus, out, otherwise));
      // A stem may be away for a moment.
      assertThat(reader.await()).as(reader.text()).isIn(DONE, SOME_TRACKS_FAILED);
    }
    Run.requireDone(logs.resolve("4"), evaluate);
    Map<String, String> scores = Output.hashes("evaluate", report);
    Path fresh = logs.resolve("fresh");
    evaluate.set(evaluate.indexOf(report.toString()), fresh.toString());
    Run.requireDone(logs.resolve("5"), evaluate);
    assertThat(scores).hasSize(TRACKS).isEqualTo(Output.hashes("evaluate", fresh));
  }

  /** Spark gives it up, does its work elsewhere, and hears of it again. */
  @Test
  @Tag("acceptance")
  void anExecutorStandsStill() throws Exception {
    List<String> impatient =
        Run.twoExecutors(
            "spark.network.timeout=6s",
            "spark.executor.heartbeatInterval=1s",
            "spark.network.timeoutInterval=1s",
            "spark.storage.blockManagerHeartbeatTimeoutMs=6000");
    try (Run run = Run.start(logs.resolve("1"), separate(corpus, out, impatient))) {
      run.until(this::hasBegun);
      ProcessHandle executor = run.child();
      Run.signal("STOP", executor);
      TimeUnit.SECONDS.sleep(12);
      Run.signal("CONT", executor);
      assertThat(run.await()).as(run.text()).isEqualTo(DONE);
    }
    assertThat(Output.hashes("separate", out)).isEqualTo(undisturbed);
  }

  /** Its time is over, another takes its place, and a run that tries again does the track. */
  @Test
  @Tag("acceptance")
  void aDecoderStandsStill() throws Exception {
    List<String> impatient = new ArrayList<>(ONE_PROCESS);
    impatient.addAll(List.of("--set", "stemspark.decoding.timeout-seconds=3"));
    try (Run run = Run.start(logs.resolve("1"), separate(corpus, out, impatient))) {
      run.until(this::hasBegun);
      Run.signal("STOP", run.child());
      assertThat(run.await()).as(run.text()).isEqualTo(SOME_TRACKS_FAILED);
      assertThat(run.text()).contains("Decoding takes more than 3 seconds");
    }
    List<String> again = new ArrayList<>(ONE_PROCESS);
    again.add("--retry-failed");
    Run.requireDone(logs.resolve("2"), separate(corpus, out, again));
    assertThat(Output.hashes("separate", out)).isEqualTo(undisturbed);
  }

  /** For less time than anything waits, nobody notices. */
  @Test
  @Tag("acceptance")
  void theDriverStandsStillAndGoesOn() throws Exception {
    try (Run run = Run.start(logs.resolve("1"), separate(corpus, out, Run.twoExecutors()))) {
      run.until(this::hasBegun);
      run.stop();
      TimeUnit.SECONDS.sleep(5);
      run.goOn();
      assertThat(run.await()).as(run.text()).isEqualTo(DONE);
    }
    assertThat(Output.hashes("separate", out)).isEqualTo(undisturbed);
  }
}
