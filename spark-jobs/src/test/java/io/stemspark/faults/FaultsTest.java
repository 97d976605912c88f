package io.stemspark.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever happens to a run, in the end nothing is lost, doubled, truncated or mislabelled: the
 * hashes are those of a run that nothing happened to.
 */
@Tag("faults")
class FaultsTest {
  private static final int DONE = 0;
  private static final int FAILED = 1;
  private static final int SOME_TRACKS_FAILED = 3;
  private static final String FILLER = "filler";
  private static final Map<String, Map<String, String>> UNDISTURBED = new HashMap<>();

  @TempDir static Path folder;
  private static Path corpus;
  private Path out;
  private Path logs;

  @BeforeAll
  static void undisturbed() throws IOException, InterruptedException {
    corpus = folder.resolve("corpus");
    SmallCatalogue.write(corpus);
    for (String job : new String[] {"separate", "extract"}) {
      Path output = folder.resolve("undisturbed " + job);
      List<String> arguments = arguments(job, output, List.of("--master", "local[2]"));
      try (Run run = Run.start(folder.resolve(job + ".log"), arguments)) {
        assertThat(run.await()).as(run.text()).isEqualTo(DONE);
      }
      UNDISTURBED.put(job, Output.hashes(job, output));
    }
    assertThat(UNDISTURBED.get("separate")).hasSize(2 * SmallCatalogue.TRACKS);
    assertThat(UNDISTURBED.get("extract")).hasSize(SmallCatalogue.TRACKS);
  }

  private static List<String> arguments(String job, Path output, List<String> more)
      throws IOException {
    List<String> arguments =
        SmallCatalogue.arguments(job, corpus.toString(), output.toString(), folder);
    arguments.addAll(more);
    return arguments;
  }

  @BeforeEach
  void prepare(TestInfo test) throws IOException {
    logs = Files.createTempDirectory(folder, test.getTestMethod().orElseThrow().getName());
    out = logs.resolve("out");
  }

  @ParameterizedTest
  @ValueSource(strings = {"separate", "extract"})
  void anExecutorIsKilled(String job) throws IOException, InterruptedException {
    try (Run run = start(job, Run.twoExecutors())) {
      run.until(this::hasBegun);
      run.killAnExecutor();
      assertThat(run.await()).as(run.text()).isEqualTo(DONE);
    }
    assertUndisturbed(job);
  }

  @ParameterizedTest
  @ValueSource(strings = {"separate", "extract"})
  void theDriverIsKilled(String job) throws IOException, InterruptedException {
    try (Run run = start(job, Run.twoExecutors())) {
      run.until(this::hasBegun);
      run.kill();
    }
    assertNothingHalfWritten(job);
    goOn(job);
    assertUndisturbed(job);
  }

  @ParameterizedTest
  @ValueSource(strings = {"separate", "extract"})
  void theRunIsToldToEnd(String job) throws IOException, InterruptedException {
    try (Run run = start(job, List.of("--master", "local[2]"))) {
      run.until(this::hasBegun);
      run.terminate();
      assertThat(run.await()).as(run.text()).isNotEqualTo(DONE);
    }
    assertNothingHalfWritten(job);
    String text = goOn(job);
    assertThat(text).contains(" already done");
    assertUndisturbed(job);
  }

  @ParameterizedTest
  @Tag("acceptance")
  @ValueSource(strings = {"separate", "extract"})
  void everyTaskIsSpeculated(String job) throws IOException, InterruptedException {
    List<String> speculation =
        Run.twoExecutors(
            "spark.speculation=true",
            "spark.speculation.interval=10ms",
            "spark.speculation.multiplier=0.01",
            "spark.speculation.quantile=0.01",
            "spark.speculation.minTaskRuntime=1ms");
    try (Run run = start(job, speculation)) {
      assertThat(run.await()).as(run.text()).isEqualTo(DONE);
    }
    assertUndisturbed(job);
  }

  /** An executor's disk for what extract has not stored yet; for separate, that of the stems. */
  @ParameterizedTest
  @ValueSource(strings = {"separate", "extract"})
  void aDiskIsFull(String job) throws IOException, InterruptedException {
    boolean ofStems = job.equals("separate");
    Path small = Files.createDirectory(ofStems ? out : logs.resolve("tmp-1"));
    String size = "size=" + (ofStems ? "1g" : "200m");
    boolean mounted = run("mount", "-t", "tmpfs", "-o", size, "tmpfs", small.toString());
    if (!mounted) {
      String reason = "aDiskIsFull is skipped: a small disk cannot be mounted without more rights";
      System.out.println(reason);
      assumeTrue(false, reason);
    }
    try {
      Files.createDirectory(logs.resolve("tmp-0"));
      List<String> own =
          Run.twoExecutors(
              "spark.executor.extraJavaOptions=\"-Djava.io.tmpdir="
                  + logs
                  + "/tmp-{{EXECUTOR_ID}}\"");
      try (Run run = start(job, own)) {
        run.until(this::hasBegun);
        fill(small);
        // The journal lies beside the stems.
        List<Integer> allowed =
            ofStems ? List.of(DONE, SOME_TRACKS_FAILED, FAILED) : List.of(DONE, SOME_TRACKS_FAILED);
        assertThat(run.await()).as(run.text()).isIn(allowed);
      }
      Files.delete(small.resolve(FILLER));
      goOn(job);
      assertUndisturbed(job);
    } finally {
      run("umount", "-l", small.toString());
    }
  }

  private static void fill(Path disk) {
    byte[] block = new byte[1 << 20];
    try (OutputStream stream = Files.newOutputStream(disk.resolve(FILLER))) {
      while (true) {
        stream.write(block);
      }
    } catch (IOException e) {
      assertThat(e).hasMessageContaining("No space left");
    }
  }

  private static boolean run(String... command) throws IOException, InterruptedException {
    return new ProcessBuilder(command).start().waitFor() == 0;
  }

  private Run start(String job, List<String> more) throws IOException {
    return Run.start(logs.resolve("run.log"), arguments(job, out, more));
  }

  private String goOn(String job) throws IOException, InterruptedException {
    List<String> arguments = arguments(job, out, List.of("--master", "local[2]"));
    try (Run run = Run.start(logs.resolve("next.log"), arguments)) {
      assertThat(run.await()).as(run.text()).isEqualTo(DONE);
      return run.text();
    }
  }

  /** The first results are stored; of stems those of more tracks than are done at a time. */
  private boolean hasBegun() {
    long stems = count("vocals.wav");
    return stems > 2 || count(".parquet.staged") > 0;
  }

  private long count(String ending) {
    return Output.files(out).stream().filter(file -> file.toString().endsWith(ending)).count();
  }

  /** What is there of stems is whole, and all of its track is; of a dataset nothing is. */
  private void assertNothingHalfWritten(String job) throws IOException {
    if (job.equals("separate")) {
      Map<String, String> stems = Output.hashes(job, out);
      assertThat(UNDISTURBED.get(job)).containsAllEntriesOf(stems);
      for (String stem : stems.keySet()) {
        assertThat(stems)
            .containsKeys(stem.replaceFirst("[^/]+$", "vocals.wav"))
            .containsKeys(stem.replaceFirst("[^/]+$", "accompaniment.wav"));
      }
    } else {
      assertThat(Output.files(out)).noneMatch(file -> file.toString().endsWith(".parquet"));
    }
  }

  private void assertUndisturbed(String job) throws IOException {
    assertThat(Output.hashes(job, out)).isEqualTo(UNDISTURBED.get(job));
    List<String> own = new ArrayList<>();
    for (Path file : Output.files(out.resolve("_stemspark"))) {
      own.add(out.relativize(file).toString());
    }
    assertThat(own).allMatch(file -> file.matches("_stemspark/(ledger|lease|reports|dataset)/.*"));
  }
}
