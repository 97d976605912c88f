package io.stemspark.internal.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stemspark.settings.SettingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JobSettingsTest {
  @TempDir private Path folder;

  private JobSettings load(String content) throws IOException {
    return JobSettings.load(
        List.of(Files.writeString(folder.resolve("my.conf"), content)), List.of());
  }

  @ParameterizedTest
  @ValueSource(strings = {"include \"other\"", "include file(\"%s/other.conf\")"})
  void aFileMayIncludeAnother(String include) throws IOException {
    Files.writeString(folder.resolve("other.conf"), "stemspark.lease.seconds = 7");
    assertThat(load(include.formatted(folder)).lease()).hasSeconds(7);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "include \"http://127.0.0.1:1/x.conf\"",
        "include \"  http://127.0.0.1:1/x.conf\"",
        "include url(\"http://127.0.0.1:1/x.conf\")",
        "include \"file:/etc/passwd\""
      })
  void nothingIsReadFromTheNetwork(String include) {
    assertThatThrownBy(() -> load(include))
        .isInstanceOf(SettingException.class)
        .hasMessageContaining("my.conf")
        .hasMessageContaining("no URLs");
  }

  @Test
  void bracketsWithoutEndNameTheFile() {
    assertThatThrownBy(() -> load("a = " + "[".repeat(200_000)))
        .isInstanceOf(SettingException.class)
        .hasMessageContaining("my.conf: Its brackets are nested too deeply.");
  }

  @Test
  void aHugeFileIsNotRead() {
    assertThatThrownBy(() -> load("# " + "x".repeat(2 << 20)))
        .isInstanceOf(SettingException.class)
        .hasMessageContaining("my.conf has more than 1048576 bytes");
  }
}
