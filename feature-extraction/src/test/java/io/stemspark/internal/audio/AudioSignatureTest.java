package io.stemspark.internal.audio;

import static org.assertj.core.api.Assertions.assertThat;

import io.stemspark.internal.ffmpeg.Recording;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AudioSignatureTest {
  private static byte[] head(Path file) throws IOException {
    try (InputStream stream = Files.newInputStream(file)) {
      return stream.readNBytes(4096);
    }
  }

  @Test
  void recognisesEveryFormatThatIsTested() throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(Recording.FOLDER)) {
      for (Path file : files) {
        String name = file.getFileName().toString();
        boolean audio =
            !name.endsWith(".csv") && !name.endsWith(".s16") && !name.equals("junk.mp3");
        if (audio) {
          assertThat(AudioSignature.matches(head(file))).as(name).isTrue();
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "export const hop = 1024;",
        "\u0089PNG\r\n\u001a\n",
        "\u00ff\u00d8\u00ff\u00e0\u0000\u0010JFIF",
        "PK\u0003\u0004",
        "%PDF-1.7",
        "GGGG some text that begins with the letter of a transport stream",
        "\u0000\u0000\u0000 ftypheic\u0000\u0000\u0000\u0000",
        "\u00ff\u00fb"
      })
  void whatIsNoAudioIsNot(String head) {
    assertThat(AudioSignature.matches(head.getBytes(StandardCharsets.ISO_8859_1))).isFalse();
  }
}
