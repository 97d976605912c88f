package io.stemspark.audio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stemspark.audio.child.ChildDecoder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What players and libsndfile read is read here, and what was mended is said. */
class LeniencyTest {
  private static final int FRAMES = 5000;

  @TempDir Path folder;

  private record Read(Waveform audio, List<String> repairs) {}

  private Read read(byte[] content) throws IOException {
    Path file = Files.write(folder.resolve("file"), content);
    try (AudioReader reader = FfmpegReader.open(file)) {
      Waveform audio = Waveform.readAll(reader);
      return new Read(audio, reader.repairs());
    }
  }

  /** As its writer leaves it that is killed. */
  @Test
  void rf64OfUnknownLengthIsReadToItsEnd() throws IOException {
    byte[] file;
    try (InputStream stream = LeniencyTest.class.getResourceAsStream("/formats/rf64.wav")) {
      file = stream.readAllBytes();
    }
    Waveform whole = read(file).audio();
    ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putLong(28, 0);
    Read read = read(file);
    assertThat(read.audio().length()).isPositive().isEqualTo(whole.length());
    assertThat(read.audio().channel(0)).isEqualTo(whole.channel(0));
    assertThat(read.repairs())
        .containsExactly("its header does not say how long it is, and it was read to its end");
  }

  /** Sample i of channel c, as an integer of so many bits. */
  private static int sample(int i, int c, int bits) {
    return (int) ((i * 7919L + c * 104_729L) % (1L << bits)) - (1 << (bits - 1));
  }

  /**
   * A WAV file of two channels.
   *
   * @param bytes that a sample takes
   * @param bits of these that count, from the top
   * @param extra bytes after the last whole frame, which the header counts in
   */
  private static byte[] wav(int bytes, int bits, boolean extensible, int extra) {
    int data = FRAMES * 2 * bytes + extra;
    int format = extensible ? 40 : 16;
    ByteBuffer file = ByteBuffer.allocate(28 + format + data + data % 2);
    file.order(ByteOrder.LITTLE_ENDIAN);
    file.put(ascii("RIFF")).putInt(20 + format + data + data % 2).put(ascii("WAVE"));
    file.put(ascii("fmt ")).putInt(format);
    file.putShort((short) (extensible ? 0xFFFE : 1)).putShort((short) 2).putInt(44_100);
    file.putInt(44_100 * 2 * bytes).putShort((short) (2 * bytes)).putShort((short) (8 * bytes));
    if (extensible) {
      file.putShort((short) 22).putShort((short) bits).putInt(3).putShort((short) 1);
      file.put(new byte[] {0, 0, 0, 0, 0x10, 0, (byte) 0x80, 0, 0, (byte) 0xAA, 0, 0x38});
      file.put(new byte[] {(byte) 0x9B, 0x71});
    }
    file.put(ascii("data")).putInt(data);
    for (int i = 0; i < FRAMES; i++) {
      for (int c = 0; c < 2; c++) {
        int value = sample(i, c, bits) << (8 * bytes - bits);
        for (int b = 0; b < bytes; b++) {
          file.put((byte) (value >> (8 * b)));
        }
      }
    }
    file.put(new byte[extra]);
    return file.array();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static void assertSamples(Waveform audio, int bits) {
    assertThat(audio.length()).isEqualTo(FRAMES);
    for (int c = 0; c < 2; c++) {
      float[] expected = new float[FRAMES];
      for (int i = 0; i < FRAMES; i++) {
        expected[i] = (float) (sample(i, c, bits) / (double) (1L << (bits - 1)));
      }
      assertThat(audio.channel(c)).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @CsvSource({"2, 1", "2, 2", "2, 3", "3, 1", "3, 5", "4, 7"})
  void wholeFramesOfPcmThatEndsWithinOneAreRead(int bytes, int extra) throws IOException {
    Read read = read(wav(bytes, Math.min(24, 8 * bytes), bytes == 4, extra));
    assertSamples(read.audio, Math.min(24, 8 * bytes));
    assertThat(read.repairs)
        .contains("it ends within a frame: the last %d bytes were left out".formatted(extra));
  }

  @Test
  void aFileThatIsCutIsStillRefused() throws IOException {
    byte[] whole = wav(2, 16, false, 0);
    assertThatThrownBy(() -> read(Arrays.copyOf(whole, whole.length / 2)))
        .isInstanceOf(AudioException.class)
        .hasMessageContaining("cut off");
  }

  @ParameterizedTest
  @CsvSource({"4, 24", "4, 20", "3, 20", "2, 12", "4, 16"})
  void validBitsInLargerSamplesAreIntegers(int bytes, int bits) throws IOException {
    Read read = read(wav(bytes, bits, true, 0));
    assertSamples(read.audio, bits);
    assertThat(read.audio.format().sampleFormat())
        .isEqualTo(bytes == 2 ? SampleFormat.INT16 : SampleFormat.INT24);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void tagsBeforeAWavFileAreSkipped(int tags) throws IOException {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    for (int i = 0; i < tags; i++) {
      file.writeBytes(new byte[] {'I', 'D', '3', 3, 0, 0, 0, 0, 1, 5});
      file.writeBytes(new byte[133]);
    }
    file.writeBytes(wav(2, 16, false, 0));
    Read read = read(file.toByteArray());
    assertSamples(read.audio, 16);
    assertThat(read.repairs)
        .containsExactly("%d bytes of ID3 tags before the file were skipped".formatted(143 * tags));
  }

  @Test
  void aTagOfAnMp3FileStays() throws IOException {
    byte[] tagged = Files.readAllBytes(Recording.FOLDER.resolve("id3.mp3"));
    Read read = read(tagged);
    assertThat(read.repairs).isEmpty();
    assertThat(read.audio.length()).isPositive();
  }

  @Test
  void aChildTellsOfRepairs() throws IOException {
    Path file = Files.write(folder.resolve("odd.wav"), wav(2, 16, false, 3));
    try (ChildDecoder decoder = new ChildDecoder(DecodingConfig.standard());
        AudioReader reader =
            decoder.open(file.toString(), Files.newByteChannel(file), FfmpegReader.BEST_STREAM)) {
      assertSamples(Waveform.readAll(reader), 16);
      assertThat(reader.repairs())
          .containsExactly("it ends within a frame: the last 3 bytes were left out");
    }
  }
}
