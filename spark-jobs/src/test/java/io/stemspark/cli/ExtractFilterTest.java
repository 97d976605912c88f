package io.stemspark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.stemspark.Demo;
import io.stemspark.audio.Container;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What of a corpus becomes part of a dataset. */
@Tag("integration")
class ExtractFilterTest extends FeatureRuns {
  private static final String BLOCK = "stemspark.extraction.";

  /** The clip of {@code train/one} as a mixture, louder or softer, and cut off at full scale. */
  private void copy(String name, Container container, float gain) throws IOException {
    Path clip = Demo.FOLDER.resolve("train/it-wrong/mixture.flac");
    Demo.copy(clip, music.resolve(name), container, gain, 0);
  }

  @Test
  void quietAndClippedTracksAreLeftOut() throws IOException {
    copy("quiet", Container.WAV, 0.001f);
    copy("clipped", Container.WAV, 30);
    String[] filter = {"--set", BLOCK + "least-level=-50", "--set", BLOCK + "most-clipping=0.01"};
    Result result = extract(filter);
    assertThat(result.text())
        .contains("2 tracks extracted", "2 skipped")
        .contains("skipped quiet: The track was left out: its level is -75.6 dB")
        .contains(BLOCK + "least-level is -50.0")
        .contains(BLOCK + "most-clipping is 0.01");
    assertThat(tracks()).containsExactly("plain", "train/one");
    assertThat(extract(filter).text()).contains("0 tracks extracted, 4 already done");
    Result other = extract("--set", BLOCK + "least-level=-60");
    assertThat(other.code()).isEqualTo(Main.USAGE);
    assertThat(other.text()).contains("{least_level=-50.0, most_clipping=0.01}", "another folder");
    assertThat(extract().code()).isEqualTo(Main.USAGE);
    Files.delete(music.resolve("quiet.wav"));
    assertThat(extract(filter).text()).contains("0 tracks extracted, 3 already done");
    assertThat(extract(concat(filter, "--dry-run")).text()).doesNotContain("remove");
  }

  @Test
  void ofTracksThatSoundAlikeOneIsKept() throws IOException {
    copy("a copy", Container.MP3, 0.5f);
    copy("z copy", Container.OGG, 0.8f);
    String[] filter = {"--set", BLOCK + "keep-doubles=false"};
    Result first = extract(filter);
    assertThat(first.code()).as(first.text()).isEqualTo(Main.DONE);
    assertThat(first.text())
        .contains("2 tracks were left out because others sound like them, for example a copy like");
    // Of the three it is the one that can be trained on.
    assertThat(tracks()).containsExactly("plain", "train/one");
    assertThat(extract(filter).text()).contains("0 tracks extracted, 4 already done");
    copy("later", Container.FLAC, 0.7f);
    assertThat(extract(filter).text()).contains("1 tracks extracted, 4 already done");
    assertThat(tracks()).containsExactly("plain", "train/one");
    assertThat(listed()).containsExactlyInAnyOrderElementsOf(found());
  }

  @Test
  void aDoubleComesBackWhenTheOtherGoes() throws IOException {
    copy("copy", Container.OGG, 0.8f);
    String[] filter = {"--set", BLOCK + "keep-doubles=false"};
    extract(filter);
    assertThat(tracks()).containsExactly("plain", "train/one");
    FileUtils.deleteDirectory(music.resolve("train").toFile());
    assertThat(extract(filter).text()).contains("1 tracks that were left out sound like none");
    assertThat(extract(filter).text()).contains("1 tracks extracted, 1 already done");
    assertThat(tracks()).containsExactly("copy", "plain");
    Files.delete(music.resolve("copy.ogg"));
    extract(filter);
    assertThat(tracks()).containsExactly("plain");
    assertThat(extract(concat(filter, "--dry-run")).text()).doesNotContain("remove");
  }

  /** Only what a filter is about counts. */
  @Test
  void silenceIsNoDouble() throws IOException {
    copy("silence", Container.WAV, 0);
    assertThat(extract("--set", BLOCK + "keep-doubles=false").text())
        .contains("3 tracks extracted")
        .doesNotContain("left out");
  }

  private static String[] concat(String[] some, String more) {
    return Stream.concat(Stream.of(some), Stream.of(more)).toArray(String[]::new);
  }

  @Test
  void silentPatchesAreLeftOut() throws IOException {
    extract();
    Map<String, Long> all = rows();
    features = folder.resolve("other");
    extract("--set", BLOCK + "silence=-100");
    assertThat(rows()).isEqualTo(all);
    features = folder.resolve("none");
    assertThat(extract("--set", BLOCK + "silence=0").text()).contains("2 tracks extracted");
    assertThat(parquetFiles()).isEmpty();
  }

  @Test
  void artistsAreSplit() throws IOException {
    assertThat(extract("--set", BLOCK + "validation-share=1").text()).contains("2 tracks");
    assertThat(manifest()).contains("\"valid\" : 2").doesNotContain("\"train\" :");
    assertThat(extract("--set", BLOCK + "validation-share=0").text()).contains("2 tracks");
    assertThat(manifest()).contains("\"train\" : 2").doesNotContain("\"valid\" :");
  }
}
