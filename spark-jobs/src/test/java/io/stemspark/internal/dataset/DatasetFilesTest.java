package io.stemspark.internal.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stemspark.internal.config.JobSettings;
import io.stemspark.internal.json.StrictJson;
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

  @Test
  void aLineWithoutEndIsNotReadIntoMemory() throws IOException {
    Files.writeString(folder.resolve("list"), "x".repeat(1 << 20));
    assertThatThrownBy(() -> DatasetFiles.read(folder.toString(), "list", CONFIGURATION))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("has a line of more than 16384 characters");
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
            list);
    Files.write(
        folder.resolve(DatasetManifest.FILE), StrictJson.MAPPER.writeValueAsBytes(manifest));
  }
}
