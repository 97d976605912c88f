package io.stemspark.cli;

import static io.stemspark.cli.Result.assertUsage;
import static io.stemspark.cli.Result.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.stemspark.TestBundle;
import io.stemspark.audio.AudioFormat;
import io.stemspark.audio.AudioWriter;
import io.stemspark.audio.Container;
import io.stemspark.audio.Encoding;
import io.stemspark.audio.SampleFormat;
import io.stemspark.audio.Tags;
import io.stemspark.internal.ffmpeg.FfmpegWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Stems that lie where the tags of their songs say. */
@Tag("integration")
class TagPathsTest {
  private static final String PATH =
      "stemspark.output.path=\"{artist}/{year} {album}/{track} {title}/{stem}.{ext}\"";
  private static final String BY_TITLE = "stemspark.output.path=\"{artist}/{title}/{stem}.{ext}\"";

  @TempDir private Path folder;
  private Path music;
  private Path out;
  private Path bundle;

  @BeforeEach
  void prepare() throws IOException {
    bundle = TestBundle.write(folder.resolve("model.bundle"));
    music = Files.createDirectories(folder.resolve("music"));
    out = folder.resolve("out");
  }

  private void song(String name, Container container, String... tags) throws IOException {
    Map<String, String> fields = new LinkedHashMap<>();
    for (int i = 0; i < tags.length; i += 2) {
      fields.put(tags[i], tags[i + 1]);
    }
    Path file = music.resolve(name + "." + container.extension());
    Files.createDirectories(file.getParent());
    AudioFormat format = new AudioFormat(44_100, 1, container.nearest(SampleFormat.INT16));
    try (AudioWriter writer =
        FfmpegWriter.create(
            file, Encoding.of(container), format, new Tags(fields, Optional.empty()))) {
      writer.write(new float[1][4410], 4410);
    }
  }

  private Result separate(Path corpus, String path, String... more) {
    String[] arguments = {
      "separate", corpus.toString(), out.toString(), "--model", bundle.toString(), "--set", path
    };
    return run(Stream.concat(Stream.of(arguments), Stream.of(more)).toArray(String[]::new));
  }

  private Stream<String> stored() throws IOException {
    try (Stream<Path> files = Files.walk(out)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> out.relativize(file).toString())
          .filter(file -> !file.startsWith("_stemspark"))
          .toList()
          .stream();
    }
  }

  @Test
  void everyContainersTagsNameItsStems() throws IOException {
    for (Container container : Container.values()) {
      if (!container.holdsAllStems()) {
        song(
            "x/" + container,
            container,
            "artist",
            "AC/DC",
            "album",
            "../High",
            "title",
            "In " + container,
            "track",
            "3",
            "date",
            "1979");
      }
    }
    song("bare", Container.WAV);
    Result result = separate(music, PATH);
    assertThat(result.code()).as(result.text()).isEqualTo(Main.DONE);
    for (Container container : Container.values()) {
      if (!container.holdsAllStems()) {
        assertThat(out.resolve("AC-DC/1979 -High/03 In " + container + "/vocals.wav")).exists();
      }
    }
    assertThat(out.resolve("unknown/unknown unknown/unknown bare/accompaniment.wav")).exists();
    assertThat(separate(music, PATH).text()).contains("0 tracks separated, 8 already done");
    // Of the same size and time, so that the journal's tags hold: nothing is read.
    Path unreadable = music.resolve("bare.wav");
    FileTime time = Files.getLastModifiedTime(unreadable);
    Files.write(unreadable, new byte[(int) Files.size(unreadable)]);
    Files.setLastModifiedTime(unreadable, time);
    assertThat(separate(music, PATH).text()).contains("0 tracks separated, 8 already done");
    assertThat(separate(music, PATH, "--dry-run").text()).contains("0 tracks to do");
  }

  /** In one run or in two, of one corpus or of two: nothing is replaced. */
  @Test
  void songsOfOneTitleAreRefused() throws IOException {
    song("a", Container.FLAC, "artist", "Band", "title", "Song");
    song("b", Container.FLAC, "artist", "Band", "title", "Song");
    song("c", Container.FLAC, "artist", "Band", "title", "Other");
    Result result = separate(music, BY_TITLE);
    assertThat(result.code()).as(result.text()).isEqualTo(Main.SOME_TRACKS_FAILED);
    assertThat(result.text())
        .contains("1 tracks separated, 2 failed")
        .contains("failed a: Its result would lie where that of track b lies: Band/Song/")
        .contains("Give one of them another title, or change stemspark.output.path.");
    Files.delete(music.resolve("b.flac"));
    assertThat(separate(music, BY_TITLE, "--retry-failed").text()).contains("1 tracks separated");
    byte[] first = Files.readAllBytes(out.resolve("Band/Song/vocals.wav"));
    FileTime time = Files.getLastModifiedTime(out.resolve("Band/Song/vocals.wav"));
    music = folder.resolve("more");
    song("d", Container.FLAC, "artist", "Band", "title", "Song");
    Result other = separate(music, BY_TITLE);
    assertThat(other.code()).as(other.text()).isEqualTo(Main.SOME_TRACKS_FAILED);
    assertThat(other.text()).contains("Its result would take the place of").contains("Band/Song");
    assertThat(out.resolve("Band/Song/vocals.wav")).hasBinaryContent(first);
    assertThat(Files.getLastModifiedTime(out.resolve("Band/Song/vocals.wav"))).isEqualTo(time);
  }

  /** The same without Spark, and where names have no extension. */
  @Test
  void oneSongReplacesNoOther() throws IOException {
    for (String path : new String[] {"{artist}/{title}/{stem}.{ext}", "{title}/{stem}"}) {
      out = folder.resolve("out of " + path.length());
      song("a", Container.FLAC, "artist", "Band", "title", "Song");
      song("b", Container.FLAC, "artist", "Band", "title", "Song");
      String setting = "stemspark.output.path=\"%s\"".formatted(path);
      assertThat(separate(music.resolve("a.flac"), setting).code()).isEqualTo(Main.DONE);
      assertThat(separate(music.resolve("a.flac"), setting).text()).contains("1 already done");
      Result other = separate(music.resolve("b.flac"), setting);
      assertThat(other.code()).as(other.text()).isEqualTo(Main.SOME_TRACKS_FAILED);
      assertThat(other.text()).contains("Its result would take the place of");
    }
  }

  @Test
  void tracksOfStemsAloneAreNoRivals() throws IOException {
    for (String name : new String[] {"A/song", "B/song"}) {
      song(name + "/vocals", Container.WAV);
      song(name + "/accompaniment", Container.WAV);
    }
    song("C/song", Container.WAV);
    Result result = separate(music, BY_TITLE);
    assertThat(result.code()).as(result.text()).isEqualTo(Main.DONE);
    assertThat(result.text()).contains("1 tracks separated");
  }

  /** Separates a song whose artist is spelt wrongly, and again when that is corrected. */
  private void correct(String path, String... first) throws IOException {
    song("a", Container.FLAC, "artist", "Bnad", "title", "Song");
    assertThat(separate(music, path, first).code()).isEqualTo(Main.DONE);
    assertThat(stored()).isNotEmpty().allMatch(file -> file.contains("Bnad"));
    song("a", Container.FLAC, "artist", "Band", "title", "Song");
    Files.setLastModifiedTime(music.resolve("a.flac"), FileTime.from(Instant.now().plusSeconds(9)));
    assertThat(separate(music, path).text()).contains("1 tracks separated");
  }

  @Test
  void sidecarsMoveToo() throws IOException {
    correct(
        "stemspark.output.path=\"{stem}/{artist}/{title}.{ext}\"",
        "--set",
        "stemspark.output.sidecar=true");
    assertThat(stored())
        .containsExactlyInAnyOrder("vocals/Band/Song.wav", "accompaniment/Band/Song.wav");
  }

  @Test
  void stemsMoveWithTheirTags() throws IOException {
    correct(BY_TITLE);
    assertThat(stored())
        .containsExactlyInAnyOrder("Band/Song/vocals.wav", "Band/Song/accompaniment.wav");
  }

  /** More than the driver opens by itself. */
  @Test
  void executorsReadTagsToo() throws IOException {
    for (int i = 0; i < 60; i++) {
      song("s" + i, Container.WAV, "artist", "Artist " + i % 7, "title", "Song " + i / 2);
    }
    Files.writeString(music.resolve("broken.flac"), "fLaC");
    Result result = separate(music, BY_TITLE);
    assertThat(result.code()).as(result.text()).isEqualTo(Main.SOME_TRACKS_FAILED);
    assertThat(result.text())
        .contains("60 tracks separated, 1 failed")
        .contains("failed broken: Its tags, which name its result, cannot be read: ");
    assertThat(stored()).hasSize(120);
    assertThat(separate(music, BY_TITLE).text()).contains("0 tracks separated, 60 already done");
  }

  @Test
  void aPathThatTellsNoTracksApartIsRefused() throws IOException {
    song("a", Container.FLAC);
    assertUsage(
        separate(music, "stemspark.output.path=\"{artist}/{stem}.{ext}\""),
        "stemspark.output.path",
        "Expected {stem}, {track_id} or {title}");
  }
}
