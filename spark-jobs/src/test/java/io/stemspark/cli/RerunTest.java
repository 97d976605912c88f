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
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A second run over the same output folder does what is missing, and no more. */
@Tag("integration")
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
    assertThat(separate(music, "--limit", "2").text()).contains("2 tracks separated");
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
    assertThat(fromCsv.code()).as(fromCsv.text()).isEqualTo(Main.DONE);
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
    assertThat(fromLines.code()).as(fromLines.text()).isEqualTo(Main.SOME_TRACKS_FAILED);
    assertThat(fromLines.text()).contains("1 already done").contains("missing.mp3");
  }

  @Test
  void refusesListsThatCannotBe() throws IOException {
    Path list = folder.resolve("list.csv");
    Files.writeString(list, "id,mixture\n1,music/a.mp3\n");
    assertUsage(separate(list), "list.csv has the columns id, mixture. Expected at least track_id");
    Files.writeString(list, "");
    assertUsage(separate(list), "list.csv is empty. Expected a header");
    Files.write(list, "track_id,mixture\nx,a.wav\n".getBytes(StandardCharsets.UTF_16));
    assertUsage(separate(list), "list.csv is written in UTF-16");
    Files.write(list, new byte[100]);
    assertUsage(separate(list), "list.csv holds bytes of value 0");
    Path lines = folder.resolve("list.jsonl");
    Files.writeString(lines, "[{\"track_id\":\"x\",\"mixture\":\"a.wav\"},\n]\n");
    assertUsage(separate(lines), "list.jsonl is a JSON array. Expected JSON Lines");
    assertUsage(separate(folder.resolve("none.csv")), "none.csv: no such file");
    assertThat(folder.resolve("x")).doesNotExist();
  }

  @Test
  void aBadLineOfAListIsOneFailedTrack() throws IOException {
    Path list = folder.resolve("list.csv");
    Files.writeString(
        list,
        """
        track_id, mixture
        good , music/a.mp3

        ../x,music/a.mp3
        _stemspark/x,music/a.mp3
        twice,music/a.mp3
        twice,music/b.mp3
        good , music/a.mp3
        ,music/a.mp3
        colon,music/Live: 2005.mp3
        scheme,foo://host/a.mp3
        inner,http://127.0.0.1/a.mp3
        jar,jar:file:/a.jar!/a.mp3
        secret,s3a://AKIDXXXXXXXXXXXXXXXX:hushhush@bucket/a.mp3
        folder,music
        short
        long,music/a.mp3,more
        "open,music/a.mp3
        back\\slash,music/b.mp3
        """);
    Result result = separate(list);
    assertThat(result.code()).as(result.text()).isEqualTo(Main.SOME_TRACKS_FAILED);
    assertThat(result.text())
        .contains("2 tracks separated, 14 failed")
        .contains("left out 1: the same line again, such as " + list + ", line 8")
        .contains("failed ../x: Its result would lie at \"../x/vocals.wav\"")
        .contains("failed _stemspark/x: ")
        .contains("failed twice (%s, line 6): 2 tracks would be called twice".formatted(list))
        .contains("failed twice (%s, line 7): ".formatted(list))
        .contains("failed %s, line 9: %s, line 9: it has no track_id".formatted(list, list))
        .contains("failed colon: %s, line 10: there is not a file".formatted(list))
        .contains(
            "failed scheme: %s, line 11: foo://host/a.mp3: foo: is not allowed".formatted(list))
        .contains("failed inner: %s, line 12: ".formatted(list))
        .contains("failed jar: %s, line 13: ".formatted(list))
        .contains("failed secret: %s, line 14: s3a://(hidden)@bucket/a.mp3: ".formatted(list))
        .contains("failed folder: %s, line 15: ".formatted(list))
        .contains("failed %s, line 16: %s, line 16: it has 1 fields".formatted(list, list))
        .contains("line 17: it has 3 fields, and the header names 2 columns")
        .contains("line 18: its quotes do not match")
        .doesNotContain("hushhush");
    assertThat(out.resolve("good/vocals.wav")).isNotEmptyFile();
    assertThat(out.resolve("back\\slash/vocals.wav")).isNotEmptyFile();
    Result again = separate(list, "--dry-run");
    assertThat(again.text())
        .contains("left   2 tracks: already done")
        .contains("to do  2 tracks: cannot be processed")
        .contains("left   12 tracks: failed before");
    Files.writeString(list, "track_id,mixture\n../x,music/a.mp3\ntwice,music/b.mp3\n");
    Result mended = separate(list);
    assertThat(mended.text()).contains("1 tracks separated", "1 failed before");
  }

  @Test
  void aBadLineOfJsonIsOneFailedTrack() throws IOException {
    Path lines = folder.resolve("list.jsonl");
    Files.writeString(
        lines,
        """
        {"track_id":null,"mixture":"music/a.mp3"}
        {"track_id":"y","mixture":"music/b.mp3"}
        null
        {"track_id":"z","mixture":{"uri":"music/c.mp3"}}
        {"track_id":"open
        """);
    Result result = separate(lines);
    assertThat(result.code()).as(result.text()).isEqualTo(Main.SOME_TRACKS_FAILED);
    assertThat(result.text())
        .contains("1 tracks separated, 4 failed")
        .contains("line 1: it has no track_id")
        .contains("line 3: it is not a JSON object: null")
        .contains("line 4: mixture is not text")
        .contains("line 5: it is not JSON");
    assertThat(result.text().lines().count()).isLessThan(20);
  }

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
