package io.stemspark.cli;

import static io.stemspark.cli.Result.assertUsage;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Lists of tracks: a bad line is one failed track. */
@Tag("integration")
class ListsTest extends ThreeSongs {
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
    Path table = Files.createDirectory(folder.resolve("list.parquet"));
    Files.createFile(table.resolve("part-0.parquet"));
    Files.createFile(table.resolve("_SUCCESS"));
    Path inner = Files.createDirectories(table.resolve("split=test"));
    Files.createFile(inner.resolve("_part-1.parquet"));
    assertUsage(separate(table), "_part-1.parquet: The name of a Parquet list may not begin");
    Path lines = folder.resolve("list.jsonl");
    Files.writeString(lines, "[{\"track_id\":\"x\",\"mixture\":\"a.wav\"},\n]\n");
    assertUsage(separate(lines), "list.jsonl is a JSON array. Expected JSON Lines");
    assertUsage(separate(folder.resolve("none.csv")), "none.csv does not exist.");
    assertThat(folder.resolve("x")).doesNotExist();
  }

  @Test
  void aByteOfValue0IsOneBadRow() throws IOException {
    Path list = folder.resolve("list.csv");
    Files.writeString(list, "track_id,mixture\na,music/a.mp3\nx,music/\0.mp3\nb,music/b.mp3\n");
    Result result = separate(list);
    assertThat(result.code()).as(result.text()).isEqualTo(Main.SOME_TRACKS_FAILED);
    assertThat(result.text()).contains("2 tracks separated, 1 failed", "list.csv, line 3");
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
            "failed scheme: %s, line 11: foo://host/a.mp3: The scheme foo is not allowed"
                .formatted(list))
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
}
