package io.stemspark.internal.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stemspark.internal.config.JobSettings;
import io.stemspark.internal.json.StrictJson;
import io.stemspark.network.Stem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DatasetFilesTest {
  private static final Configuration CONFIGURATION = new Configuration();
  @TempDir private Path folder;

  @Test
  void aListIsReadAsItWasWritten() throws IOException {
    List<String> files = List.of("split=test/b.parquet", "split=train/a.parquet");
    String list = DatasetFiles.write(folder.toString(), 7, files, CONFIGURATION);
    assertThat(DatasetFiles.read(folder.toString(), list, CONFIGURATION)).isEqualTo(files);
    writeManifest(list);
    assertThat(DatasetManifest.read(folder.toString(), CONFIGURATION).files()).isEqualTo(list);
  }

  /** A dataset comes from elsewhere: what it names must lie in it. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "/etc/passwd",
        "../other/_stemspark/dataset/files-0000000001.jsonl",
        "http://host/files-0000000001.jsonl",
        "_stemspark/dataset/files-1.jsonl",
        "x\u001b[31m"
      })
  void aManifestNamesNoFileElsewhere(String list) throws IOException {
    writeManifest(list);
    assertThatThrownBy(() -> DatasetManifest.read(folder.toString(), CONFIGURATION))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("_stemspark.json is not valid: its list of files is ")
        .hasMessageNotContaining("\u001b");
  }

  /** A reader that took a part of it for the whole would train on a part of the dataset. */
  @Test
  void aListThatWasCutIsNotTakenForAWholeOne() throws IOException {
    String list =
        DatasetFiles.write(
            folder.toString(),
            7,
            List.of("split=train/a.parquet", "split=train/b.parquet"),
            CONFIGURATION);
    assertThat(DatasetFiles.isWhole(folder.toString(), list, CONFIGURATION)).isTrue();
    Path file = folder.resolve(list);
    String whole = Files.readString(file);
    for (String damaged :
        List.of("", whole.lines().findFirst().orElseThrow() + "\n", "\n" + whole)) {
      Files.writeString(file, damaged);
      assertThat(DatasetFiles.isWhole(folder.toString(), list, CONFIGURATION)).isFalse();
      assertThatThrownBy(() -> DatasetFiles.read(folder.toString(), list, CONFIGURATION))
          .hasMessageContaining(list + " is damaged");
    }
    Files.delete(file);
    assertThat(DatasetFiles.isWhole(folder.toString(), list, CONFIGURATION)).isFalse();
  }

  /** Earlier releases gave lists no hash. */
  @Test
  void listsOfTheVersionBeforeAreRead() throws IOException {
    String list = "_stemspark/dataset/files-0000000001.jsonl";
    Files.createDirectories(folder.resolve(list).getParent());
    Files.writeString(folder.resolve(list), "{\"path\":\"split=train/a.parquet\"}\n");
    assertThat(DatasetFiles.read(folder.toString(), list, CONFIGURATION))
        .containsExactly("split=train/a.parquet");
  }

  private void writeManifest(String list) throws IOException {
    JobSettings settings = JobSettings.load(List.of(), List.of());
    DatasetManifest manifest =
        new DatasetManifest(
            DatasetManifest.FORMAT_VERSION,
            "1",
            settings.stft(),
            settings.patch(),
            Map.of("train", 1L),
            "hash",
            list,
            List.of(Stem.VOCALS, Stem.ACCOMPANIMENT),
            Map.of());
    Files.write(
        folder.resolve(DatasetManifest.FILE), StrictJson.MAPPER.writeValueAsBytes(manifest));
  }
}
