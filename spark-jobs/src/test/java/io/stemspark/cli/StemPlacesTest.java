package io.stemspark.cli;

import static io.stemspark.cli.Result.assertUsage;
import static io.stemspark.cli.Result.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.stemspark.Demo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Stems take the place of nothing else, and nothing takes theirs. */
@Tag("integration")
class StemPlacesTest extends ThreeSongs {
  @Test
  void pathsThatMeetAreToldOf() throws IOException {
    Path list = folder.resolve("list.csv");
    Files.writeString(
        list,
        """
        track_id,mixture,split
        b/c,music/a.mp3,a
        c,music/b.mp3,a/b
        other,music/c.mp3,a
        """);
    Result result =
        separate(list, "--set", "stemspark.output.path=\"{split}/{track_id}/{stem}.{ext}\"");
    assertThat(result.code()).as(result.text()).isEqualTo(Main.SOME_TRACKS_FAILED);
    assertThat(result.text())
        .contains("1 tracks separated, 2 failed")
        .contains("failed b/c: Its result would lie where that of track c lies: a/b/c/");
    assertThat(out.resolve("a/b/c")).doesNotExist();
  }

  /** What a file system can do is asked of it, and not guessed from its name. */
  @ParameterizedTest
  @ValueSource(strings = {"gs", "abfs", "s3"})
  void anyFileSystemOfHadoopTakesStems(String scheme) throws IOException {
    String implementation =
        "spark.hadoop.fs.%s.impl=%s".formatted(scheme, OtherFileSystem.class.getName());
    String target = scheme + "://bucket" + out;
    for (String expected : List.of("3 tracks separated", "0 tracks separated, 3 already done")) {
      Result result =
          run(
              "separate",
              music.toString(),
              target,
              "--model",
              bundle.toString(),
              "--set",
              implementation);
      assertThat(result.code()).as(result.text()).isEqualTo(Main.DONE);
      assertThat(result.text()).contains(expected);
    }
    assertThat(out.resolve("a/vocals.wav")).isNotEmptyFile();
    assertThat(out.resolve("_stemspark/temporary")).doesNotExist();
  }

  /** Stems beside their songs, and songs that are called like files of the program's own. */
  @Test
  void whatRunsHaveWrittenIsNoSong() throws IOException {
    out = music;
    Files.move(music.resolve("c.mp3"), music.resolve("scores.json.mp3"));
    assertThat(separate(music).text()).contains("3 tracks separated");
    Result second = separate(music);
    assertThat(second.code()).as(second.text()).isEqualTo(Main.DONE);
    assertThat(second.text())
        .contains("0 tracks separated, 3 already done")
        .contains("left out 3: an entry of the same id as a track");
  }

  /** But for those of the standard layout, which are told from songs. */
  @Test
  void stemsDoNotLieAmongSongs() throws IOException {
    for (Path output : List.of(music, music.resolve("stems"))) {
      out = output;
      assertUsage(
          separate(music, "--set", "stemspark.output.path=\"{track_id}.{stem}.{ext}\""),
          "lies in the corpus, where the next run would take stems for songs");
      assertUsage(separate(music, "--set", "stemspark.output.stems=accompaniment"), "lies in");
    }
    Path link = Files.createSymbolicLink(folder.resolve("link"), music);
    assertUsage(separate(link, "--set", "stemspark.output.stems=accompaniment"), "lies in");
    out = folder;
    assertThat(separate(music, "--set", "stemspark.output.stems=accompaniment").code())
        .isEqualTo(Main.DONE);
  }

  /** What a track is known by is not its result's to replace, unless a run has made it. */
  @Test
  void noStemTakesThePlaceOfTheCorpusOwn() throws IOException {
    Path known = Files.createDirectories(music.resolve("known"));
    Path unknown = Files.createDirectories(music.resolve("unknown"));
    Files.copy(music.resolve("a.mp3"), unknown.resolve("mixture.mp3"));
    for (String name : List.of("mixture", "vocals", "accompaniment")) {
      Path test = Demo.FOLDER.resolve("train/it-wrong");
      Files.copy(test.resolve(name + ".flac"), known.resolve(name + ".flac"));
    }
    // Of a song by another tool.
    Path beside = Files.createDirectories(music.resolve("a")).resolve("vocals.wav");
    Files.writeString(beside, "somebody's own");
    out = music;
    for (String expected : List.of("3 tracks separated, 2 failed", "3 already done, 2 failed")) {
      Result result = separate(music);
      assertThat(result.code()).as(result.text()).isEqualTo(Main.SOME_TRACKS_FAILED);
      assertThat(result.text())
          .contains(expected, "would take the place of", "known/vocals.flac", "a/vocals.wav");
      assertThat(known).isDirectoryNotContaining("glob:**.wav");
      assertThat(beside).hasContent("somebody's own");
      assertThat(unknown.resolve("vocals.wav")).isNotEmptyFile();
    }
    Path link = Files.createSymbolicLink(folder.resolve("link"), music);
    String[] flac = {"--set", "stemspark.output.container=flac"};
    assertThat(separate(link, flac).text())
        .contains("known/vocals.flac", "a/vocals.wav", "3 tracks separated, 2 failed");
  }

  /** Whatever storage says of one place, the other tracks are done. */
  @Test
  void aPlaceThatCannotBeLookedAtIsOneFailedTrack() throws IOException {
    Path list = folder.resolve("list.csv");
    String name = "x".repeat(300);
    Files.writeString(list, "track_id,mixture\n%s,music/a.mp3\nb,music/b.mp3\n".formatted(name));
    out = music;
    Result result = separate(list);
    assertThat(result.code()).as(result.text()).isEqualTo(Main.SOME_TRACKS_FAILED);
    assertThat(result.text()).contains("1 tracks separated, 1 failed", "File name too long");
  }

  /** The same where a list names songs that lie in the output folder. */
  @ParameterizedTest
  @ValueSource(strings = {"music", "link"})
  void noStemOfAListTakesThePlaceOfSomebodysOwn(String way) throws IOException {
    Path song = Files.createDirectories(music.resolve("song"));
    Files.move(music.resolve("a.mp3"), song.resolve("mixture.mp3"));
    Path vocals = Files.writeString(song.resolve("vocals.wav"), "somebody's own");
    Path list = folder.resolve("list.csv");
    Files.createSymbolicLink(folder.resolve("link"), music);
    Files.writeString(
        list, "track_id,mixture\nsong,%s/song/mixture.mp3\nb,%<s/b.mp3\n".formatted(way));
    out = music;
    Result result = separate(list);
    assertThat(result.code()).as(result.text()).isEqualTo(Main.SOME_TRACKS_FAILED);
    assertThat(result.text())
        .contains("1 tracks separated, 1 failed", "would take the place of", "song/vocals.wav");
    assertThat(vocals).hasContent("somebody's own");
    assertThat(separate(list).text()).contains("0 tracks separated, 1 already done");
  }

  /** What a killed run has stored, and no row tells of, is not taken for somebody's own. */
  @Test
  void amongSongsARunGoesOnToo() throws IOException {
    Path song = Files.createDirectories(music.resolve("song"));
    Files.move(music.resolve("a.mp3"), song.resolve("mixture.mp3"));
    out = music;
    separate(music);
    Files.writeString(song.resolve("vocals.txt"), "a text");
    assertThat(separate(music).text()).contains("0 tracks separated, 3 already done");
    FileUtils.deleteDirectory(out.resolve("_stemspark/ledger").toFile());
    Result result = separate(music);
    assertThat(result.code()).as(result.text()).isEqualTo(Main.DONE);
    assertThat(result.text()).contains("3 tracks separated");
  }

  @Test
  void aFolderOfStemsIsNoStemToReplace() throws IOException {
    Path list = folder.resolve("list.csv");
    String first = "track_id,mixture\nx/accompaniment.wav,music/a.mp3\n";
    Files.writeString(list, first);
    separate(list);
    Files.writeString(list, first + "x,music/b.mp3\n");
    Result result = separate(list);
    assertThat(result.code()).as(result.text()).isEqualTo(Main.SOME_TRACKS_FAILED);
    assertThat(result.text()).contains("failed x: ", "accompaniment.wav is a folder");
    assertThat(out.resolve("x/accompaniment.wav/vocals.wav")).isNotEmptyFile();
    assertThat(out.resolve("x/vocals.wav")).doesNotExist();
  }

  /** What an earlier run wrote of a track goes when another result takes its place. */
  @Test
  void filesOfOtherSettingsDoNotStayBeside() throws IOException {
    separate(music);
    Path former = Files.copy(out.resolve("a/accompaniment.wav"), folder.resolve("former.wav"));
    Path own = Files.writeString(out.resolve("b/accompaniment.wav"), "somebody's own");
    separate(music, "--set", "stemspark.output.stems=vocals");
    assertThat(out.resolve("a/accompaniment.wav")).doesNotExist();
    assertThat(own).exists();
    // As a run leaves it that is killed right after a stem has appeared.
    Files.copy(former, out.resolve("a/accompaniment.wav"));
    separate(music, "--set", "stemspark.output.container=flac");
    try (Stream<Path> files = Files.list(out.resolve("a"))) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("vocals.flac", "accompaniment.flac");
    }
    assertThat(separate(music.resolve("a.mp3")).code()).isEqualTo(Main.DONE);
    assertThat(out.resolve("a/vocals.flac")).doesNotExist();
    assertThat(out.resolve("a/vocals.wav")).exists();
  }

  /** Else the song would be in both. */
  @ParameterizedTest
  @ValueSource(strings = {"{split}/{stem}/{track_id}", "{split}/{track_id}/{stem}"})
  void stemsMoveWithTheirTrackToAnotherSplit(String layout) throws IOException {
    String[] bySplit = {"--set", "stemspark.output.path=\"%s.{ext}\"".formatted(layout)};
    Path list = folder.resolve("list.csv");
    for (String split : List.of("train", "valid")) {
      Files.writeString(list, "track_id,mixture,split\nx,music/a.mp3,%s\n".formatted(split));
      assertThat(separate(list, bySplit).text()).contains("1 tracks separated");
    }
    try (Stream<Path> files = Files.walk(out)) {
      assertThat(files.map(out::relativize).map(Path::toString).filter(f -> f.endsWith(".wav")))
          .hasSize(2)
          .allMatch(file -> file.startsWith("valid/"));
    }
    assertThat(separate(list, bySplit).text()).contains("0 tracks separated, 1 already done");
  }

  @Test
  void aNameMayHoldAColon() throws IOException {
    Path song = Path.of("01:23 song.mp3");
    Files.copy(music.resolve("a.mp3"), song);
    try {
      Result result =
          separate(song, "--set", "stemspark.output.path=\"{track_id} - {stem}.{ext}\"");
      assertThat(result.code()).as(result.text()).isEqualTo(Main.DONE);
      assertThat(out.resolve("01:23 song - vocals.wav")).isNotEmptyFile();
    } finally {
      Files.delete(song);
    }
  }
}
