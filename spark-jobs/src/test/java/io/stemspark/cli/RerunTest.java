package io.stemspark.cli;

import static io.stemspark.cli.Result.assertUsage;
import static io.stemspark.cli.Result.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.stemspark.Demo;
import io.stemspark.TestBundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A second run over the same output folder does what is missing, and no more. */
class RerunTest {
  private static final FileTime LONG_AGO = FileTime.fromMillis(1_000_000_000_000L);

  @TempDir Path folder;
  private Path bundle;
  private Path music;
  private Path out;

  @BeforeEach
  void prepare() throws IOException {
    bundle = TestBundle.write(folder.resolve("model.bundle"));
    music = Files.createDirectory(folder.resolve("music"));
    out = folder.resolve("out");
    Path clip = Demo.FOLDER.resolve("test/es-echo-mp3/mixture.mp3");
    for (String name : new String[] {"a", "b", "c"}) {
      Files.copy(clip, music.resolve(name + ".mp3"));
    }
  }

  @Test
  void doesNothingWhereNothingChanged() throws IOException {
    assertThat(separate(music).text()).contains("3 tracks separated");
    age("a", "b", "c");
    Result second = separate(music);
    assertThat(second.code()).as(second.text()).isEqualTo(Stemspark.DONE);
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
    assertThat(first.code()).as(first.text()).isEqualTo(Stemspark.SOME_TRACKS_FAILED);
    assertThat(first.text()).contains("failed broken: ");

    Result second = separate(music);
    assertThat(second.code()).isEqualTo(Stemspark.SOME_TRACKS_FAILED);
    assertThat(second.text())
        .contains("0 tracks separated, 3 already done, 1 failed before and not tried again");
    assertThat(separate(music, "--retry-failed").text()).contains("failed broken: ");

    Files.copy(
        music.resolve("a.mp3"), music.resolve("broken.mp3"), StandardCopyOption.REPLACE_EXISTING);
    Result mended = separate(music);
    assertThat(mended.code()).as(mended.text()).isEqualTo(Stemspark.DONE);
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
    assertThat(separate(music, "--limit", "2").text()).contains("2 tracks separated");
    assertThat(separate(music).text()).contains("1 tracks separated, 2 already done");
    assertUsage(separate(music, "--limit", "0"), "--limit 0: expected 1 or more");
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
    assertThat(separate(music.resolve("a.mp3")).code()).isEqualTo(Stemspark.DONE);
    age("a");
    assertUsage(separate(other), "stems of that name from", "music/a.mp3", "Name another folder");
    assertThat(Files.getLastModifiedTime(out.resolve("a/vocals.wav"))).isEqualTo(LONG_AGO);

    // The same file with other music in it does.
    Files.setLastModifiedTime(music.resolve("a.mp3"), LONG_AGO);
    assertThat(separate(music.resolve("a.mp3")).text()).contains("1 tracks separated");
  }

  @Test
  void readsListsOfTracks() throws IOException {
    Path csv = folder.resolve("list.csv");
    Files.writeString(
        csv,
        """
        artist,track_id,mixture
        "X, Y",one/1,music/a.mp3
        Z,two,%s
        """
            .formatted(music.resolve("b.mp3")));
    Result fromCsv = separate(csv);
    assertThat(fromCsv.code()).as(fromCsv.text()).isEqualTo(Stemspark.DONE);
    assertThat(out.resolve("one/1/vocals.wav")).isNotEmptyFile();
    assertThat(out.resolve("two/vocals.wav")).isNotEmptyFile();

    Path lines = folder.resolve("list.jsonl");
    Files.writeString(
        lines,
        """
        {"track_id": "two", "mixture": "music/b.mp3"}
        {"track_id": "three", "mixture": "music/missing.mp3"}
        """);
    Result fromLines = separate(lines);
    assertThat(fromLines.code()).as(fromLines.text()).isEqualTo(Stemspark.SOME_TRACKS_FAILED);
    assertThat(fromLines.text()).contains("1 already done").contains("missing.mp3");
  }

  @Test
  void refusesListsThatCannotBe() throws IOException {
    Path list = folder.resolve("list.csv");
    Files.writeString(list, "id,mixture\n1,music/a.mp3\n");
    assertUsage(separate(list), "has the columns id, mixture: track_id and mixture are needed");
    Files.writeString(list, "track_id,mixture\n../x,music/a.mp3\n");
    assertUsage(separate(list), "its stems would lie at \"../x/vocals.wav\"");
    Files.writeString(list, "track_id,mixture\nx,music/a.mp3\nx,music/b.mp3\n");
    assertUsage(separate(list), "two tracks would both be called x: ");
    assertUsage(separate(folder.resolve("none.csv")), "none.csv: no such file");
    assertThat(folder.resolve("x")).doesNotExist();
  }

  private Result separate(Path input, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of("separate", input.toString(), out.toString(), "--model", bundle.toString()));
    arguments.addAll(Arrays.asList(more));
    return run(arguments.toArray(String[]::new));
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
