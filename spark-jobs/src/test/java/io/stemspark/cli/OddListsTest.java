package io.stemspark.cli;

import static io.stemspark.cli.Result.assertUsage;
import static io.stemspark.cli.Result.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.stemspark.Demo;
import io.stemspark.TestBundle;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lists of tracks as they should not be. */
@Tag("integration")
class OddListsTest {
  private static final Path CLIP = Demo.FOLDER.resolve("test/es-echo-mp3/mixture.mp3");

  @TempDir Path folder;
  private Path bundle;
  private Path out;

  @BeforeEach
  void prepare() throws IOException {
    bundle = TestBundle.write(folder.resolve("model.bundle"));
    out = folder.resolve("out");
    Files.copy(CLIP, folder.resolve("a.mp3"));
  }

  private Result separate(Path list, String... more) {
    List<String> arguments = new ArrayList<>(List.of("separate", list.toString(), out.toString()));
    arguments.addAll(List.of("--model", bundle.toString(), "--retry-failed"));
    arguments.addAll(Arrays.asList(more));
    return run(arguments.toArray(String[]::new));
  }

  @ParameterizedTest
  @ValueSource(strings = {"_list.csv", ".list.csv", "[list] {1}*.csv", "12: list.csv"})
  void aNameIsOnlyAName(String name) throws IOException {
    Path list = folder.resolve(name);
    Files.writeString(list, "track_id,mixture\na,a.mp3\n");
    Result result = separate(list);
    assertThat(result.code()).as(result.text()).isEqualTo(Main.DONE);
    assertThat(out.resolve("a/vocals.wav")).isNotEmptyFile();
  }

  @Test
  void aRowIsWhatItSays() throws IOException {
    Files.copy(CLIP, folder.resolve(" b.mp3"));
    Files.writeString(folder.resolve("b.mp3"), "no audio");
    Path list = folder.resolve("list.csv");
    Files.writeString(list, "track_id,mixture\na,  a.mp3  \nb,\" b.mp3\"\nc,\n");
    Result result = separate(list);
    assertThat(result.code()).as(result.text()).isEqualTo(Main.SOME_TRACKS_FAILED);
    assertThat(result.text())
        .contains("2 tracks separated, 1 failed", "line 4: it names no file: no mixture")
        .doesNotContain("failed b");
    Path json = folder.resolve("list.jsonl");
    Files.writeString(
        json, "{\"Track_ID\": \"a\", \"Mixture\": \"a.mp3\"}\n{\"track_id\": \"d\"}\n");
    assertThat(separate(json).text()).contains("1 already done", "line 2: it names no file");
    Files.writeString(list, "track_id,mixture\n");
    assertUsage(separate(list), "list.csv names no tracks.");
  }

  /** Halves of characters, and what no system takes for a name. */
  @Test
  void whatIsNoNameFailsAlone() throws IOException {
    Path list = folder.resolve("list.jsonl");
    Files.writeString(
        list,
        """
        {"track_id": "a", "mixture": "a.mp3"}
        {"track_id": "b", "mixture": "b\\ud800.mp3"}
        {"track_id": "c\\ud800", "mixture": "a.mp3"}
        {"track_id": "d", "mixture": "a.mp3", "split": "x\\u0000y"}
        {"track_id": "e", "mixture": "a.mp3", "split": "%s"}
        """
            .formatted("z".repeat(300)));
    for (String[] job : new String[][] {{"extract"}, {"separate", "--model", bundle.toString()}}) {
      Path output = folder.resolve(job[0]);
      List<String> arguments = new ArrayList<>(Arrays.asList(job));
      arguments.addAll(List.of(list.toString(), output.toString()));
      Result result = run(arguments.toArray(String[]::new));
      assertThat(result.code()).as(result.text()).isEqualTo(Main.SOME_TRACKS_FAILED);
      assertThat(result.text())
          .contains("line 2: its mixture holds what no name can hold")
          .contains("line 3: its track_id holds", "line 4: its split holds");
    }
  }

  /** However a list is cut into parts. */
  @ParameterizedTest
  @ValueSource(strings = {"\n", "\r\n"})
  void everyLineIsReadOnce(String end) throws IOException {
    StringBuilder text = new StringBuilder();
    for (int i = 1; i <= 12; i++) {
      text.append("{\"track_id\": \"%d\", \"mixture\": \"%d.mp3\"}%s".formatted(i, i, end));
    }
    Path list = Files.writeString(folder.resolve("list.jsonl"), text);
    for (int most : List.of(1, 36, 37, 1000)) {
      Result result =
          separate(
              list,
              "--dry-run",
              "--set",
              "spark.hadoop.mapreduce.input.fileinputformat.split.maxsize=" + most);
      assertThat(result.code()).as(result.text()).isEqualTo(Main.DONE);
      for (int i = 1; i <= 12; i++) {
        assertThat(result.text()).containsOnlyOnce(", line %d: there is no".formatted(i));
      }
    }
  }

  /** Of which only the beginning is kept. */
  @Test
  void aLineWithoutEndFailsAlone() throws IOException {
    Path list = folder.resolve("list.csv");
    Files.writeString(list, "track_id,mixture\n%s\na,a.mp3\n".formatted("x".repeat(20 << 20)));
    Result result = separate(list);
    assertThat(result.code()).as(result.text()).isEqualTo(Main.SOME_TRACKS_FAILED);
    assertThat(result.text())
        .contains("line 2: it has more than 1048576 characters", "1 tracks separated, 1 failed")
        .hasSizeLessThan(3000);
  }

  /** Names that are not UTF-8 are bytes like others. */
  @Test
  void namesAreOfAnyBytes() throws Exception {
    Process copying =
        new ProcessBuilder("bash", "-c", "cp \"$0\" \"$1\"/$'caf\\xe9.mp3'", CLIP + "", folder + "")
            .inheritIO()
            .start();
    assertThat(copying.waitFor()).isZero();
    Path list = folder.resolve("list.csv");
    String text = "track_id,mixture\none,caf\u00e9.mp3\n";
    Files.write(list, text.getBytes(StandardCharsets.ISO_8859_1));
    Result result = separate(list);
    assertThat(result.code()).as(result.text()).isEqualTo(Main.DONE);
    assertThat(result.text()).contains("1 tracks separated");
  }

  @Test
  void nothingOfALineIsPassedOver() throws IOException {
    Files.copy(CLIP, folder.resolve("tail.mp3 "));
    Path list = folder.resolve("list.jsonl");
    Files.writeString(
        list,
        """
        {"track_id": "a", "mixture": "a.mp3"},
        {"track_id": "b", "mixture": "a.mp3"} {"track_id": "c", "mixture": "a.mp3"}
        {"track_id": "d", "track_id": "e", "mixture": "a.mp3"}
        {"track_id": "tail", "mixture": "tail.mp3 "}
        """);
    Result result = separate(list);
    assertThat(result.code()).as(result.text()).isEqualTo(Main.SOME_TRACKS_FAILED);
    assertThat(result.text())
        .contains("2 tracks separated, 2 failed")
        .contains("line 2: it is not JSON: ", "line 3: it is not JSON: Duplicate field 'track_id'");
  }

  @Test
  void idsHoldNoSecrets() throws IOException {
    Path list = folder.resolve("list.csv");
    Files.writeString(
        list,
        """
        track_id,mixture
        s3a://KEYID:hushhush@bucket/a.mp3,a.mp3
        https://host/a?X-Amz-Signature=hushhush,a.mp3
        b,//user:hushhush@host/a.mp3
        c,bucket.s3.amazonaws.com/a.mp3?X-Amz-Signature=hushhush
        d,a.mp3?key=hushhush
        e,"s3a://KEY:hushhush@bucket/a.mp3"
        """);
    Result result = separate(list);
    assertThat(result.code()).as(result.text()).isEqualTo(Main.SOME_TRACKS_FAILED);
    assertThat(result.text())
        .contains("line 2: its track_id or split holds a credential", "line 3: ")
        .contains("0 tracks separated, 6 failed")
        .doesNotContain("hushhush");
    try (var files = Files.walk(out)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertThat(text(file)).as(file.toString()).doesNotContain("hushhush");
      }
    }
  }

  private static String text(Path file) throws IOException {
    if (file.toString().endsWith(".gz")) {
      try (GZIPInputStream stream = new GZIPInputStream(Files.newInputStream(file))) {
        return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
      }
    }
    return Files.readString(file, StandardCharsets.ISO_8859_1);
  }

  /** Of a run that storage fails the reason is told, and not where in the program it was. */
  @Test
  void storageThatDoesNotAnswerIsALine() throws IOException {
    Path list = folder.resolve("list.csv");
    Files.writeString(list, "track_id,mixture\na,a.mp3\nfar,hdfs://127.0.0.1:9/x.mp3\n");
    Result result = separate(list);
    assertThat(result.code()).as(result.text()).isEqualTo(Main.SOME_TRACKS_FAILED);
    assertThat(result.text())
        .contains("failed far: ", "cannot be looked at: ")
        .doesNotContain("\tat ");
  }

  @Test
  void aPackedListIsToldApart() throws IOException {
    Path list = Files.writeString(folder.resolve("list.csv.gz"), "track_id,mixture\n");
    assertUsage(separate(list), "list.csv.gz is a packed list of tracks. Unpack it first.");
  }

  @Test
  @Timeout(60)
  void whatIsNoParquetIsRefused() throws Exception {
    Path list = folder.resolve("list.parquet");
    Files.writeString(list, "track_id,mixture\na,a.mp3\n");
    assertUsage(separate(list), "list.parquet is not a Parquet file, though its name says so.");
    Files.writeString(list, "PAR1 and nothing of the kind");
    assertUsage(separate(list), "list.parquet is not a Parquet list: ");
    Path pipe = folder.resolve("pipe.parquet");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    assertUsage(separate(pipe), "pipe.parquet is not a regular file. Expected a list of tracks.");
  }
}
