package io.stemspark.cli;

import static io.stemspark.cli.Result.assertUsage;
import static org.assertj.core.api.Assertions.assertThat;

import io.stemspark.Demo;
import io.stemspark.TestSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A feature dataset grows run by run, and shows nothing that is not whole. */
@Tag("integration")
class ExtractTest extends FeatureRuns {
  @Test
  void keepsStemsWhereKnownAndElsewhereTheMixture() throws IOException {
    Result result = extract();
    assertThat(result.code()).as(result.text()).isEqualTo(Main.DONE);
    assertThat(result.text()).contains("2 tracks extracted");
    try (SparkSession spark = TestSpark.local()) {
      Dataset<Row> rows = spark.read().parquet(features.toString());
      assertThat(rows.where("track_id = 'plain' and mixture_real is not null").count())
          .isEqualTo(rows.where("track_id = 'plain' and vocals_real is null").count())
          .isPositive();
      assertThat(rows.where("track_id = 'train/one' and has_stems").count())
          .isEqualTo(rows.where("track_id = 'train/one' and mixture_real is null").count())
          .isPositive();
    }
  }

  @Test
  void addsWhatIsNewAndRepeatsNothing() throws IOException {
    extract();
    List<Path> first = parquetFiles();
    Result again = extract();
    assertThat(again.text()).contains("0 tracks extracted, 2 already done");
    assertThat(parquetFiles()).isEqualTo(first);

    stems("two", "train/en-weasels");
    assertThat(extract("--dry-run").text()).contains("1 tracks to do");
    assertThat(extract().text()).contains("1 tracks extracted, 2 already done");
    assertThat(parquetFiles()).hasSizeGreaterThan(first.size()).containsAll(first);
    assertThat(tracks()).containsExactly("plain", "train/one", "train/two");
    assertThat(manifest()).contains("\"train\" : 3");
  }

  @Test
  void aTrackThatComesToAnotherSplitMovesThere() throws IOException {
    Path list = folder.resolve("list.csv");
    String line = "one,music/plain.mp3,train\ntwo,music/plain.mp3,%s\n";
    Files.writeString(list, "track_id,mixture,split\n" + line.formatted("train"));
    music = list;
    assertThat(extract().text()).contains("2 tracks extracted");
    Files.writeString(list, "track_id,mixture,split\n" + line.formatted("valid"));
    assertThat(extract().text()).contains("1 tracks extracted, 1 already done");
    assertThat(manifest()).contains("\"train\" : 1", "\"valid\" : 1");
    assertThat(extract().text()).contains("0 tracks extracted, 2 already done");
  }

  /** A killed run has left no manifest that would say so. */
  @Test
  void aDryRunRefusesOtherSettingsToo() throws IOException {
    extract();
    Files.delete(features.resolve("_stemspark.json"));
    for (String more : List.of("--dry-run", "--stacktrace")) {
      assertUsage(extract(more, "--set", "stemspark.patch.frames=64"), "other settings");
    }
  }

  @Test
  void theManifestTellsContentsApart() throws IOException {
    extract();
    String manifest = withoutList();
    Path other = folder.resolve("other");
    features = other;
    extract();
    assertThat(withoutList()).isEqualTo(manifest);
    stems("two", "train/en-weasels");
    extract();
    assertThat(withoutList()).isNotEqualTo(manifest);
  }

  /** Names of files are those of runs. */
  private String withoutList() throws IOException {
    return manifest().replaceAll("files-[^\"]*", "");
  }

  @Test
  void rowsOfAChangedTrackAreReplaced() throws IOException {
    for (int i = 0; i < 6; i++) {
      Files.copy(music.resolve("plain.mp3"), music.resolve("copy %d.mp3".formatted(i)));
    }
    extract();
    Map<String, Long> before = rows();
    assertThat(before).hasSize(8);
    Files.copy(
        Demo.FOLDER.resolve("test/en-hello-mono48/mixture.wav"), music.resolve("copy 3.wav"));
    Files.delete(music.resolve("copy 3.mp3"));
    Files.delete(music.resolve("copy 5.mp3"));
    assertThat(extract("--dry-run").text())
        .contains(
            "1 tracks to do", "1 tracks: input changed", "remove 1 tracks: not in the corpus");
    assertThat(extract("--only-new").text()).contains("0 tracks extracted, 7 already done");
    assertThat(rows()).isEqualTo(before);
    assertThat(extract().text()).contains("1 tracks extracted, 6 already done");
    Map<String, Long> after = rows();
    assertThat(after).hasSize(7).doesNotContainKey("copy 5");
    assertThat(after.get("copy 3")).isNotEqualTo(before.get("copy 3"));
    after.remove("copy 3");
    assertThat(before).containsAllEntriesOf(after);
    assertThat(manifest()).contains("\"train\" : 7");
    assertThat(listed()).containsExactlyInAnyOrderElementsOf(found());
    assertThat(extract().text()).contains("0 tracks extracted, 7 already done");
    assertUsage(extract("--set", "stemspark.patch.frames=64"), "was extracted with");
  }

  @Test
  void aTrackThatComesBackIsExtractedAgain() throws IOException {
    extract();
    Path away = folder.resolve("away.mp3");
    Files.move(music.resolve("plain.mp3"), away);
    assertThat(extract().code()).isEqualTo(Main.DONE);
    assertThat(tracks()).containsExactly("train/one");
    Files.move(away, music.resolve("plain.mp3"));
    assertThat(extract().text()).contains("1 tracks extracted, 1 already done");
    assertThat(tracks()).containsExactly("plain", "train/one");
  }

  @Test
  void aTrackThatHasNothingToExtractAnyMoreLeaves() throws IOException {
    extract();
    for (String stem : List.of("mixture", "accompaniment", "drums", "bass", "other")) {
      Files.deleteIfExists(music.resolve("train/one/%s.flac".formatted(stem)));
    }
    assertThat(extract().text()).contains("1 skipped, 1 already done");
    assertThat(tracks()).containsExactly("plain");
    assertThat(manifest()).contains("\"train\" : 1");
  }

  @Test
  void anotherCorpusAddsAndRemovesNothing() throws IOException {
    extract();
    Path more = Files.createDirectory(folder.resolve("more"));
    Files.copy(music.resolve("plain.mp3"), more.resolve("other.mp3"));
    Path first = music;
    music = more;
    assertThat(extract().text()).contains("1 tracks extracted");
    assertThat(tracks()).containsExactly("other", "plain", "train/one");
    music = first;
    assertThat(extract().text()).contains("0 tracks extracted, 2 already done");
  }

  /** The first had no list of files, and the two before this one no stems. */
  @ParameterizedTest
  @ValueSource(ints = {3, 4})
  void aDatasetOfAVersionBeforeIsGoneOnWith(int version) throws IOException {
    extract();
    Path file = features.resolve("_stemspark.json");
    String files = version == 3 ? ",\\s*\"files\" : \"[^\"]*\"" : "none";
    String former =
        manifest()
            .replaceAll(files, "")
            .replaceAll(",\\s*\"stems\" : \\[[^]]*\\]", "")
            .replace("\"format_version\" : 5", "\"format_version\" : " + version);
    Files.writeString(file, former);
    assertThat(extract().text()).contains("0 tracks extracted, 2 already done");
    assertThat(manifest()).isEqualTo(former);
    Files.setLastModifiedTime(music.resolve("plain.mp3"), FileTime.fromMillis(1_000_000_000_000L));
    assertThat(extract().text()).contains("1 tracks extracted, 1 already done");
    assertThat(manifest()).contains("\"format_version\" : 5");
    assertThat(tracks()).containsExactly("plain", "train/one");
    assertThat(listed()).containsExactlyInAnyOrderElementsOf(found());
  }
}
