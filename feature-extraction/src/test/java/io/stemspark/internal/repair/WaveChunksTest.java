package io.stemspark.internal.repair;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WaveChunksTest {
  @TempDir Path folder;

  /** The format of PCM with 24 bits in 32, cut off. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 13, 15, 16})
  void aFormatMayBreakOff(int bytes) throws IOException {
    ByteBuffer format = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
    format.putShort(0, (short) 1).putShort(2, (short) 1).putShort(12, (short) 4);
    format.putShort(14, (short) 24);
    int padded = bytes + bytes % 2;
    ByteBuffer file = ByteBuffer.allocate(28 + padded + 4).order(ByteOrder.LITTLE_ENDIAN);
    file.put(ascii("RIFF")).putInt(file.capacity() - 8).put(ascii("WAVE"));
    file.put(ascii("fmt ")).putInt(bytes).put(format.array(), 0, bytes);
    file.position(20 + padded).put(ascii("data")).putInt(4).putInt(1);
    Path wave = Files.write(folder.resolve("a.wav"), file.array());
    try (FileChannel channel = FileChannel.open(wave)) {
      WaveChunks chunks = WaveChunks.of(channel).orElseThrow();
      assertThat(chunks.data()).contains(new WaveChunks.Chunk(28 + padded, 4));
      assertThat(chunks.lowSamples().isPresent()).isEqualTo(bytes == 16);
      assertThat(chunks.integers().isPresent()).isEqualTo(bytes == 16);
    }
  }

  private static byte[] ascii(String mark) {
    return mark.getBytes(StandardCharsets.US_ASCII);
  }
}
