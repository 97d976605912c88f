package io.stemspark.cli;

import static io.stemspark.cli.Result.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.stemspark.Demo;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The next run mends what killed runs and damaged files leave. */
@Tag("integration")
class BrokenDatasetTest extends FeatureRuns {
  @Test
  void aCommitThatWasBrokenOffIsTakenUp() throws IOException {
    extract();
    Files.createDirectories(features.resolve("_stemspark/dataset"));
    Files.writeString(features.resolve("_stemspark/dataset/pending"), "\n");
    Path stray = features.resolve("split=train/20260101T000000Z-0123abcd-000000-0-0-1.parquet");
    Files.copy(parquetFiles().get(0), stray);
    assertThat(extract().text()).contains("0 tracks extracted, 2 already done");
    assertThat(stray).doesNotExist();
    assertThat(features.resolve("_stemspark/dataset/pending")).doesNotExist();
    assertThat(listed()).containsExactlyInAnyOrderElementsOf(found());
  }

  /** What a damaged line or a link without its disk stands for may still be there. */
  @Test
  void nothingIsRemovedWhileTheCorpusIsNotWhole() throws IOException {
    Path list = folder.resolve("list.csv");
    Files.writeString(list, "track_id,mixture\nx,music/plain.mp3\ny,music/plain.mp3\n");
    Path all = music;
    music = list;
    extract();
    Files.writeString(list, "track_id,mixture\nx,music/plain.mp3\ny\"y,music/plain.mp3,\n");
    for (int run = 0; run < 2; run++) {
      Result result = extract();
      assertThat(result.code()).as(result.text()).isEqualTo(Main.SOME_TRACKS_FAILED);
      assertThat(result.text()).contains("note 1: not in the corpus any more, and kept");
      assertThat(tracks()).containsExactly("x", "y");
    }
    Files.writeString(list, "track_id,mixture\nx,music/plain.mp3\n");
    extract();
    assertThat(tracks()).containsExactly("x");

    music = all;
    features = folder.resolve("of a folder");
    Path disk = Files.createDirectories(folder.resolve("disk/songs"));
    Files.copy(music.resolve("plain.mp3"), disk.resolve("far.mp3"));
    Files.createSymbolicLink(music.resolve("link"), disk);
    extract();
    List<String> before = tracks();
    assertThat(before).contains("link/far");
    Files.move(disk, folder.resolve("unmounted"));
    assertThat(extract().text()).contains("a link that leads nowhere");
    assertThat(tracks()).isEqualTo(before);
  }

  @Test
  void aBrokenTrackLeavesNoRows() throws IOException {
    byte[] whole = Files.readAllBytes(music.resolve("plain.mp3"));
    stems("cut", "train/it-wrong");
    Files.write(music.resolve("train/cut/vocals.flac"), new byte[100_000]);
    Path flac = music.resolve("train/one/mixture.flac");
    byte[] half = Arrays.copyOf(Files.readAllBytes(flac), (int) Files.size(flac) / 2);
    Files.write(music.resolve("half.flac"), half);
    Files.write(music.resolve("whole.mp3"), whole);
    Result result = extract();
    assertThat(result.code()).as(result.text()).isEqualTo(Main.SOME_TRACKS_FAILED);
    assertThat(result.text()).contains("3 tracks extracted, 2 failed");
    assertThat(tracks()).containsExactly("plain", "train/one", "whole");
    assertThat(extract("--max-failures", "1", "--retry-failed").text())
        .contains("stopped: 2 tracks failed, and at most 1 may");
  }

  @Test
  void rowsOfDeletedFilesAreMadeAgain() throws IOException {
    extract();
    Files.delete(parquetFiles().get(0));
    assertThat(extract().code()).isEqualTo(Main.DONE);
    assertThat(tracks()).containsExactly("plain", "train/one");
  }

  @Test
  void whatAKilledRunStoredAppearsWithTheNext() throws IOException {
    extract();
    List<String> before = tracks();
    hide();
    assertThat(parquetFiles()).isEmpty();
    Path manifest = features.resolve("_stemspark.json");
    FileTime longAgo = FileTime.fromMillis(1_000_000_000_000L);
    Files.setLastModifiedTime(manifest, longAgo);
    Result next = extract();
    assertThat(next.text()).contains("0 tracks extracted, 2 already done");
    assertThat(tracks()).isEqualTo(before);
    assertThat(features.resolve("_stemspark/staged")).doesNotExist();
    // It said that all was there, which was not so.
    assertThat(Files.getLastModifiedTime(manifest)).isGreaterThan(longAgo);
  }

  @Test
  void whatAKilledRunStoredMayBeOutOfDateByNow() throws IOException {
    for (int i = 0; i < 3; i++) {
      Files.copy(music.resolve("plain.mp3"), music.resolve("copy %d.mp3".formatted(i)));
    }
    extract();
    hide();
    Files.delete(music.resolve("copy 0.mp3"));
    Files.delete(music.resolve("copy 1.mp3"));
    Files.copy(
        Demo.FOLDER.resolve("test/en-hello-mono48/mixture.wav"), music.resolve("copy 1.wav"));
    Result next = extract();
    assertThat(next.code()).as(next.text()).isEqualTo(Main.DONE);
    assertThat(tracks()).containsExactly("copy 1", "copy 2", "plain", "train/one");
    assertThat(listed()).containsExactlyInAnyOrderElementsOf(found());
    // Of the tracks that this run was at, not of those whose rows only moved, or went.
    assertThat(report()).contains("\"done\" : 1").doesNotContain("REMOVED");
    assertThat(extract().text()).contains("0 tracks extracted, 4 already done");
  }

  private String report() throws IOException {
    try (Stream<Path> files = Files.list(features.resolve("_stemspark/reports"))) {
      Path last =
          files
              .filter(f -> f.toString().endsWith(".json"))
              // Names of runs of one second are in no order.
              .max(Comparator.comparing(f -> f.toFile().lastModified()))
              .orElseThrow();
      return Files.readString(last);
    }
  }

  @Test
  void whatAKilledRunStoredAndSomebodyDeletedIsDoneAgain() throws IOException {
    extract();
    List<String> before = tracks();
    hide();
    try (Stream<Path> staged = Files.walk(features.resolve("_stemspark/staged"))) {
      for (Path file : staged.filter(f -> f.toString().endsWith(".staged")).toList()) {
        Files.delete(file);
      }
    }
    Result next = extract();
    assertThat(next.code()).as(next.text()).isEqualTo(Main.DONE);
    assertThat(next.text()).contains("2 tracks extracted");
    assertThat(tracks()).isEqualTo(before);
    assertThat(extract().text()).contains("0 tracks extracted, 2 already done");
  }

  /** Tracks share files: a row may be lost of a track whose features are in a file that stays. */
  @ParameterizedTest
  @ValueSource(strings = {"killed before the row was written", "damaged", "damaged, track gone"})
  void aTrackWhoseRowIsLostIsInTheDatasetOnce(String how) throws IOException {
    for (int i = 0; i < 4; i++) {
      Files.copy(music.resolve("plain.mp3"), music.resolve("copy %d.mp3".formatted(i)));
    }
    String[] oneTask = {"--master", "local[1]"};
    extract(oneTask);
    Map<String, Long> before = rows();
    if (how.startsWith("killed")) {
      hide();
      Path rows =
          features.resolve("_stemspark/ledger").resolve(onlyRun() + "/000000/0-0/rows-1.jsonl");
      Files.write(
          rows, Files.readAllLines(rows).stream().filter(row -> !isOf("copy 2", row)).toList());
    } else {
      damage("copy 2");
    }
    if (how.endsWith("gone")) {
      Files.delete(music.resolve("copy 2.mp3"));
      before.remove("copy 2");
    }
    Result next = extract(oneTask);
    assertThat(next.code()).as(next.text()).isEqualTo(Main.DONE);
    assertThat(rows()).isEqualTo(before);
    assertThat(tracks()).hasSameSizeAs(before.keySet());
    assertThat(listed()).containsExactlyInAnyOrderElementsOf(found());
    assertThat(extract(oneTask).text()).contains("0 tracks extracted");
  }

  private static boolean isOf(String track, String row) {
    return row.contains("\"track_id\":\"%s\"".formatted(track));
  }

  private String onlyRun() throws IOException {
    try (Stream<Path> runs = Files.list(features.resolve("_stemspark/ledger"))) {
      return runs.map(run -> run.getFileName().toString()).findFirst().orElseThrow();
    }
  }

  /** Makes the row of a track unreadable in the gathered journal. */
  private void damage(String track) throws IOException {
    try (Stream<Path> files = Files.walk(features.resolve("_stemspark/ledger"))) {
      for (Path file : files.filter(f -> f.toString().endsWith(".jsonl.gz")).toList()) {
        String rows;
        try (var lines = new GZIPInputStream(Files.newInputStream(file))) {
          rows = new String(lines.readAllBytes(), StandardCharsets.UTF_8);
        }
        try (var lines = new GZIPOutputStream(Files.newOutputStream(file))) {
          for (String row : rows.lines().toList()) {
            String kept = isOf(track, row) ? row.replace("track_id", "track") : row;
            lines.write((kept + "\n").getBytes(StandardCharsets.UTF_8));
          }
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aListOfFilesThatIsNotWholeIsMadeAgain(boolean gone) throws IOException {
    extract();
    List<String> before = tracks();
    Path list = features.resolve(manifest().replaceAll("(?s).*\"files\" : \"([^\"]+)\".*", "$1"));
    if (gone) {
      Files.delete(list);
    } else {
      Files.writeString(list, "");
    }
    assertThat(extract().text()).contains("0 tracks extracted, 2 already done");
    assertThat(listed()).isNotEmpty().containsExactlyInAnyOrderElementsOf(found());
    assertThat(tracks()).isEqualTo(before);
  }

  /** Puts a dataset's files back to where they were before they appeared, and its journal too. */
  private void hide() throws IOException {
    for (Path file : parquetFiles()) {
      String staged = "_stemspark/staged/" + features.relativize(file) + ".staged";
      Files.createDirectories(features.resolve(staged).getParent());
      Files.move(file, features.resolve(staged));
    }
    Path rows;
    try (Stream<Path> files = Files.walk(features.resolve("_stemspark/ledger"))) {
      rows = files.filter(f -> f.toString().endsWith(".jsonl.gz")).findFirst().orElseThrow();
    }
    Path task = Files.createDirectories(rows.resolveSibling("000000/0-0"));
    try (var lines = new GZIPInputStream(Files.newInputStream(rows))) {
      Files.copy(lines, task.resolve("rows-1.jsonl"));
    }
    Files.delete(rows);
  }
}
