package io.stemspark.cli;

import static io.stemspark.cli.Result.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.stemspark.Demo;
import io.stemspark.internal.audio.Waveform;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Stems as a corpus, from which a dataset is made. */
@Tag("integration")
class AsCorpusTest extends ThreeSongs {
  private List<String> files() throws IOException {
    try (Stream<Path> files = Files.walk(out)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> out.relativize(file).toString())
          .filter(file -> !file.startsWith("_stemspark"))
          .sorted()
          .toList();
    }
  }

  @Test
  void stemsOfSongsBecomeFeatures() throws IOException {
    Files.createDirectories(music.resolve("valid"));
    Files.move(music.resolve("b.mp3"), music.resolve("valid/b.mp3"));
    Files.createDirectories(music.resolve("artist/album"));
    Files.move(music.resolve("c.mp3"), music.resolve("artist/album/c.mp3"));
    Result result = separate(music, "--as-corpus");
    assertThat(result.code()).as(result.text()).isEqualTo(Main.DONE);
    assertThat(files())
        .containsExactly(
            "train/a/accompaniment.wav",
            "train/a/mixture.wav",
            "train/a/vocals.wav",
            "train/artist/album/c/accompaniment.wav",
            "train/artist/album/c/mixture.wav",
            "train/artist/album/c/vocals.wav",
            "valid/b/accompaniment.wav",
            "valid/b/mixture.wav",
            "valid/b/vocals.wav");
    assertThat(separate(music, "--as-corpus").text()).contains("0 tracks separated, 3 already");
    Path features = folder.resolve("features");
    Result extracted =
        run(
            "extract",
            out.toString(),
            features.toString(),
            "--set",
            "stemspark.extraction.validation-share=0");
    assertThat(extracted.text()).as(extracted.text()).contains("3 tracks extracted");
    assertThat(Files.readString(features.resolve("_stemspark.json")))
        .contains("\"train\" : 2", "\"valid\" : 1");
  }

  /** One file needs no Spark. */
  @Test
  void theMixtureIsWhatWasDecoded() throws IOException {
    Path song = Demo.FOLDER.resolve("train/it-wrong/mixture.flac");
    assertThat(separate(song, "--as-corpus").code()).isEqualTo(Main.DONE);
    Waveform mixture = Demo.read(out.resolve("train/mixture/mixture.wav"));
    assertThat(mixture.samples()).isDeepEqualTo(Demo.read(song).samples());
  }

  /** There the next run would take its stems for songs. */
  @Test
  void noCorpusLiesAmongItsSongs() throws IOException {
    out = music.resolve("more");
    Result result = separate(music, "--as-corpus");
    assertThat(result.code()).as(result.text()).isEqualTo(Main.USAGE);
    assertThat(result.text()).contains("Name a folder elsewhere");
    assertThat(out).doesNotExist();
  }

  @Test
  void aLayoutOfItsOwnIsNoCorpus() {
    Result result =
        separate(music, "--as-corpus", "--set", "stemspark.output.path=\"{stem}/{track_id}\"");
    assertThat(result.code()).as(result.text()).isEqualTo(Main.USAGE);
    assertThat(result.text()).contains("has its own layout", "stemspark.output.path");
  }

  @Test
  void tracksThatMeetAreToldOf() throws IOException {
    Files.createDirectories(music.resolve("train"));
    Files.copy(music.resolve("a.mp3"), music.resolve("train/a.mp3"));
    Result result = separate(music, "--as-corpus");
    assertThat(result.code()).as(result.text()).isEqualTo(Main.SOME_TRACKS_FAILED);
    assertThat(result.text()).contains("2 tracks separated, 2 failed");
  }
}
