package io.stemspark.internal.repair;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stemspark.audio.AudioException;
import io.stemspark.audio.AudioReader;
import io.stemspark.internal.ffmpeg.FfmpegReader;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FreeFormatMp3Test {
  private static final Path FILE = Path.of("src/test/resources/formats/free-100.mp3");

  @TempDir Path folder;

  /** Where frames begin. */
  private static List<Integer> frames(byte[] file) throws IOException {
    int length;
    try (SeekableByteChannel channel = Files.newByteChannel(FILE)) {
      length = FreeFormatMp3.find("file", channel).orElseThrow().frameBytes();
    }
    int at = 0;
    while (file[at] != (byte) 0xFF || (file[at + 1] & 0xE6) != 0xE2) {
      at++;
    }
    List<Integer> frames = new ArrayList<>();
    for (; at + length <= file.length; at += length + (file[at + 2] >> 1 & 1)) {
      frames.add(at);
    }
    return frames;
  }

  private long samples(byte[] file) throws IOException {
    Path copy = Files.write(folder.resolve("copy.mp3"), file);
    long samples = 0;
    try (AudioReader reader = FfmpegReader.open(copy)) {
      float[][] block = new float[reader.format().channels()][1000];
      for (int n = reader.read(block); n >= 0; n = reader.read(block)) {
        samples += n;
      }
    }
    return samples;
  }

  /** The file without its first frame, in which the encoder says how long it is. */
  private static byte[] withoutInfo(byte[] file) throws IOException {
    return Arrays.copyOfRange(file, frames(file).get(1), file.length);
  }

  @Test
  void aFrameWhoseHeaderIsDamagedIsNoEnd() throws IOException {
    byte[] file = withoutInfo(Files.readAllBytes(FILE));
    int middle = frames(file).get(frames(file).size() / 2);
    file[middle + 1] ^= 0x10;
    assertThatThrownBy(() -> samples(file))
        .isInstanceOf(AudioException.class)
        .hasMessageContaining("there is no frame at byte " + middle);
  }

  @Test
  void tagsBehindTheLastFrameAreNoDamage() throws IOException {
    byte[] file = withoutInfo(Files.readAllBytes(FILE));
    long samples = samples(file);
    byte[] tag = Arrays.copyOf("TAGtitle".getBytes(StandardCharsets.ISO_8859_1), 128);
    byte[] tagged = Arrays.copyOf(file, file.length + tag.length);
    System.arraycopy(tag, 0, tagged, file.length, tag.length);
    assertThat(samples(tagged)).isEqualTo(samples).isPositive();
  }

  @Test
  void aFileThatLacksFramesIsCutOff() throws IOException {
    byte[] file = Files.readAllBytes(FILE);
    byte[] cut = Arrays.copyOf(file, frames(file).get(frames(file).size() / 2));
    assertThatThrownBy(() -> samples(cut))
        .isInstanceOf(AudioException.class)
        .hasMessageContaining("cut off");
  }
}
