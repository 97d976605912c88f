package io.stemspark.cli;

import static io.stemspark.cli.Result.assertUsage;
import static io.stemspark.cli.Result.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.stemspark.internal.json.StrictJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A second run over the same output folder does what is missing, and no more. */
@Tag("integration")
class RerunTest extends ThreeSongs {
  /** Stems of the same size, and of other content. */
  private static final String[] OTHER = {"--set", "stemspark.separation.overlap=0"};

  private static final FileTime LONG_AGO = FileTime.fromMillis(1_000_000_000_000L);

  @Test
  void aDryRunWritesNothing() {
    assertThat(separate(music, "--dry-run").text()).contains("3 tracks to do");
    assertThat(out).doesNotExist();
  }

  @Test
  void doesNothingWhereNothingChanged() throws IOException {
    assertThat(separate(music).text()).contains("3 tracks separated");
    age("a", "b", "c");
    Result second = separate(music);
    assertThat(second.code()).as(second.text()).isEqualTo(Main.DONE);
    assertThat(second.text()).contains("0 tracks separated, 3 already done");
    assertThat(untouched()).containsExactly("a", "b", "c");
  }

  @Test
  void doesAgainWhatChangedOrWasLost() throws IOException {
    separate(music);
    age("a", "b", "c");
    Files.setLastModifiedTime(music.resolve("a.mp3"), LONG_AGO);
    Files.delete(out.resolve("b/accompaniment.wav"));
    Result planned = separate(music, "--dry-run");
    assertThat(planned.text())
        .contains("1 tracks: input changed")
        .contains("1 tracks: output gone")
        .contains("1 tracks: already done");
    assertThat(out.resolve("b/accompaniment.wav")).doesNotExist();
    assertThat(separate(music).text()).contains("2 tracks separated, 1 already done");
    assertThat(untouched()).containsExactly("c");

    Result otherSettings = separate(music, "--set", "stemspark.separation.overlap=0");
    assertThat(otherSettings.text()).contains("3 tracks separated");
  }

  @Test
  void aBrokenFileIsTriedAgainWhenAskedOrWhenItChanged() throws IOException {
    Files.writeString(music.resolve("broken.mp3"), "no audio at all");
    Result first = separate(music);
    assertThat(first.code()).as(first.text()).isEqualTo(Main.SOME_TRACKS_FAILED);
    assertThat(first.text()).contains("failed broken: ");

    Result second = separate(music);
    assertThat(second.code()).isEqualTo(Main.SOME_TRACKS_FAILED);
    assertThat(second.text())
        .contains("0 tracks separated, 3 already done, 1 failed before and not tried again");
    assertThat(separate(music, "--retry-failed").text()).contains("failed broken: ");

    Files.copy(
        music.resolve("a.mp3"), music.resolve("broken.mp3"), StandardCopyOption.REPLACE_EXISTING);
    Result mended = separate(music);
    assertThat(mended.code()).as(mended.text()).isEqualTo(Main.DONE);
    assertThat(mended.text()).contains("1 tracks separated, 3 already done");
  }

  @Test
  void anOutputFolderCanBeMoved() throws IOException {
    separate(music);
    out = Files.move(out, folder.resolve("moved"));
    age("a", "b", "c");
    assertThat(separate(music).text()).contains("0 tracks separated, 3 already done");
    assertThat(untouched()).containsExactly("a", "b", "c");
  }

  @Test
  void aLimitLeavesTheRestForLater() {
    assertThat(separate(music, "--limit", "2").text())
        .contains("2 tracks separated, 1 left out by --since or --limit");
    assertThat(separate(music, "--since", "2999-01-01").text())
        .contains("0 tracks separated, 2 already done, 1 left out by --since or --limit");
    assertThat(separate(music).text()).contains("1 tracks separated, 2 already done");
    assertUsage(separate(music, "--limit", "0"), "--limit is 0. Expected 1 or more.");
  }

  @Test
  void oneFileIsNotSeparatedTwice() {
    Path file = music.resolve("a.mp3");
    assertThat(separate(file).text()).contains("1 tracks separated");
    assertThat(separate(file).text()).contains("0 tracks separated, 1 already done");
  }

  @Test
  void oneFileDoesNotTakeThePlaceOfAnotherOfItsName() throws IOException {
    Path album = Files.createDirectory(folder.resolve("album"));
    Path other = Files.copy(music.resolve("b.mp3"), album.resolve("a.mp3"));
    assertThat(separate(music.resolve("a.mp3")).code()).isEqualTo(Main.DONE);
    age("a");
    assertUsage(separate(other), "stems of that name from", "music/a.mp3", "Name another folder");
    assertThat(Files.getLastModifiedTime(out.resolve("a/vocals.wav"))).isEqualTo(LONG_AGO);

    // The same file with other music in it does.
    Files.setLastModifiedTime(music.resolve("a.mp3"), LONG_AGO);
    assertThat(separate(music.resolve("a.mp3")).text()).contains("1 tracks separated");
  }

  @Test
  void tooManyFailuresStopARunWithoutSparkToo() throws IOException {
    Path broken = Files.writeString(folder.resolve("broken.mp3"), "no audio");
    Result result = separate(broken, "--max-failures", "0");
    assertThat(result.code()).as(result.text()).isEqualTo(Main.FAILED);
    assertThat(result.text())
        .contains("stopped: 1 tracks failed, and at most 0 may", "failed broken: ");
  }

  @Test
  void aDryRunRefusesWhatTheRunRefuses() throws IOException {
    Path broken = Files.createDirectory(folder.resolve("broken"));
    Files.writeString(broken.resolve("a.mp3"), "no audio");
    Files.writeString(broken.resolve("b.mp3"), "no audio");
    separate(broken);
    for (String[] more : new String[][] {{"--dry-run"}, {}}) {
      List<String> extract = new ArrayList<>(List.of("extract", music.toString(), out.toString()));
      extract.addAll(Arrays.asList(more));
      assertUsage(run(extract.toArray(String[]::new)), "already holds results of");
    }
  }

  /** Somebody has copied results with their journal alone, and not all of that. */
  @Test
  void withoutLeasesLaterRunsAreStillLater() throws IOException {
    String[] other = {"--set", "stemspark.separation.overlap=0"};
    separate(music);
    separate(music, other);
    FileUtils.deleteDirectory(out.resolve("_stemspark/lease").toFile());
    try (Stream<Path> runs = Files.list(out.resolve("_stemspark/ledger"))) {
      for (Path run : runs.toList()) {
        Path plan = run.resolve("plan.json");
        Files.writeString(plan, Files.readString(plan).substring(0, 100));
      }
    }
    assertThat(separate(music).text()).contains("3 tracks separated");
    assertThat(separate(music, other).text()).contains("3 tracks separated");
  }

  /** It had written stems, of the same size, but not yet in its journal. */
  @Test
  void stemsOfAKilledRunAreNotTakenForThoseOfAnEarlierOne() throws IOException {
    separate(music);
    byte[] vocals = Files.readAllBytes(out.resolve("a/vocals.wav"));
    separate(music, OTHER);
    assertThat(Files.readAllBytes(out.resolve("a/vocals.wav"))).hasSameSizeAs(vocals);
    Path lease = out.resolve("_stemspark/lease/0000000002.json");
    String held = Files.readString(lease);
    Files.writeString(lease, held.replaceFirst("(\"released\"\\s*:\\s*)true", "$1false"));
    assertThat(lease).content().isNotEqualTo(held);
    for (Path rows : rowsOf(2)) {
      Files.delete(rows);
    }
    Path single = Files.move(music.resolve("b.mp3"), folder.resolve("single.mp3"));
    for (int run = 0; run < 12; run++) {
      assertThat(separate(single, "--take-over").code()).isEqualTo(Main.DONE);
    }
    assertThat(separate(music).text()).contains("2 tracks separated");
    assertThat(Files.readAllBytes(out.resolve("a/vocals.wav"))).isEqualTo(vocals);
    assertThat(separate(music).text()).contains("0 tracks separated, 2 already done");
  }

  /** Its rows said that the stems are no longer those of the run before. */
  @Test
  void theRunThatFindsTheJournalDamagedTrustsNoOlderRow() throws IOException {
    separate(music);
    byte[] vocals = Files.readAllBytes(out.resolve("a/vocals.wav"));
    separate(music, OTHER);
    for (Path rows : rowsOf(2)) {
      Files.write(rows, Arrays.copyOf(Files.readAllBytes(rows), 20));
    }
    assertThat(separate(music, "--dry-run").text()).contains("3 tracks to do");
    assertThat(separate(music).text()).contains("3 tracks separated", "is damaged");
    assertThat(Files.readAllBytes(out.resolve("a/vocals.wav"))).isEqualTo(vocals);
    assertThat(separate(music).text()).contains("0 tracks separated, 3 already done");
  }

  private List<Path> rowsOf(int number) throws IOException {
    String lease = Files.readString(out.resolve("_stemspark/lease/%010d.json".formatted(number)));
    String run = StrictJson.MAPPER.readTree(lease).get("run").asText();
    try (Stream<Path> files = Files.list(out.resolve("_stemspark/ledger/" + run))) {
      return files.filter(file -> !file.endsWith("plan.json")).toList();
    }
  }

  private void age(String... tracks) throws IOException {
    for (String track : tracks) {
      Files.setLastModifiedTime(out.resolve(track + "/vocals.wav"), LONG_AGO);
    }
  }

  private List<String> untouched() throws IOException {
    List<String> tracks = new ArrayList<>();
    for (String track : new String[] {"a", "b", "c"}) {
      if (Files.getLastModifiedTime(out.resolve(track + "/vocals.wav")).equals(LONG_AGO)) {
        tracks.add(track);
      }
    }
    return tracks;
  }
}
