package io.stemspark.internal.ffmpeg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stemspark.audio.AudioDecoder;
import io.stemspark.audio.AudioException;
import io.stemspark.audio.AudioReader;
import io.stemspark.audio.DecodingConfig;
import io.stemspark.audio.SampleFormat;
import io.stemspark.internal.audio.Waveform;
import io.stemspark.internal.child.ChildDecoder;
import io.stemspark.internal.repair.WaveChunks;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
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
        .containsExactly("its header does not state its length, so it was read to its end");
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

  /** As older programs of ALSA write them, with the top byte empty or holding the sign. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void samplesInTheLowerBytesAreRead(boolean signed) throws IOException {
    byte[] file = wav(4, 24, false, 0);
    ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putShort(34, (short) 24);
    for (int at = 44; at < file.length; at += 4) {
      bytes.putInt(at, signed ? bytes.getInt(at) >> 8 : bytes.getInt(at) >>> 8);
    }
    byte[] tagged = Arrays.copyOf(file, file.length + 24);
    ByteBuffer list = ByteBuffer.wrap(tagged).order(ByteOrder.LITTLE_ENDIAN).position(file.length);
    list.put(ascii("LIST")).putInt(16).put(ascii("INFOINAM")).putInt(4).put(ascii("song"));
    list.putInt(4, tagged.length - 8);
    byte[] endless = file.clone();
    ByteBuffer.wrap(endless).order(ByteOrder.LITTLE_ENDIAN).putInt(4, -1).putInt(40, -1);
    for (byte[] content : List.of(file, tagged, endless)) {
      Read read = read(content);
      assertSamples(read.audio, 24);
      assertThat(read.repairs)
          .contains("its samples of 24 bits lie in the lower bytes of 32, and were moved up");
    }
    try (AudioReader reader = FfmpegReader.open(Files.write(folder.resolve("file"), tagged))) {
      assertThat(reader.tags().toString()).contains("song");
    }
  }

  @Test
  void samplesInTheUpperBytesOfAPlainHeaderAreRead() throws IOException {
    byte[] file = wav(4, 24, false, 0);
    ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putShort(34, (short) 24);
    assertSamples(read(file).audio, 24);
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
            decoder.open(file.toString(), Files.newByteChannel(file), AudioDecoder.BEST_STREAM)) {
      assertSamples(Waveform.readAll(reader), 16);
      assertThat(reader.repairs())
          .containsExactly("it ends within a frame: the last 3 bytes were left out");
    }
  }

  private static byte[] with(byte[] file, int at, int bytes, long value) {
    byte[] changed = file.clone();
    for (int b = 0; b < bytes; b++) {
      changed[at + b] = (byte) (value >> (8 * b));
    }
    return changed;
  }

  /** Its parts, with a chunk between header and format, or samples and end. */
  private static byte[] with(byte[] file, int at, String name, int size) {
    ByteBuffer changed = ByteBuffer.allocate(file.length + 8 + size);
    changed.order(ByteOrder.LITTLE_ENDIAN);
    changed.put(file, 0, at).put(ascii(name)).putInt(size).position(at + 8 + size);
    changed.put(file, at, file.length - at).putInt(4, changed.capacity() - 8);
    return changed.array();
  }

  @Test
  void theSizeOfTheSamplesCountsAndNotThatOfTheWhole() throws IOException {
    byte[] whole = wav(2, 16, false, 0);
    assertSamples(read(with(whole, 4, 4, 10L * whole.length)).audio, 16);
    assertSamples(read(with(whole, 4, 4, 100)).audio, 16);
    assertSamples(read(with(whole, 40, 4, whole.length - 8)).audio, 16);
    byte[] cut = with(Arrays.copyOf(whole, whole.length / 2), 4, 4, whole.length / 2 - 8);
    assertThatThrownBy(() -> read(cut)).hasMessageContaining("cut off");
  }

  @Test
  void samplesInTwoPlacesAreRefused() {
    byte[] whole = wav(2, 16, false, 0);
    for (byte[] two :
        List.of(
            with(whole, whole.length, "data", 400),
            with(with(whole, whole.length, "LIST", 40), whole.length + 48, "data", 400))) {
      assertThatThrownBy(() -> read(two))
          .isInstanceOf(AudioException.class)
          .hasMessageContaining("The file has 2 chunks of samples. Expected one.");
    }
  }

  @Test
  void whatFollowsTheSamplesIsNoAudio() throws IOException {
    byte[] empty = with(Arrays.copyOf(wav(2, 16, false, 0), 44), 40, 4, 0);
    Read none = read(with(empty, 44, "LIST", 40_000));
    assertThat(none.audio.length()).isZero();
    byte[] whole = wav(2, 16, false, 0);
    assertSamples(read(with(whole, whole.length, "LIST", 40_000)).audio, 16);
    // Of a stream nobody knows; that is said.
    Read streamed = read(with(whole, 40, 4, 0xFFFF_FFFFL));
    assertSamples(streamed.audio, 16);
    assertThat(streamed.repairs)
        .containsExactly("its header does not state its length, so it was read to its end");
  }

  /** Silence that begins like text, of a stream that nobody knew the length of. */
  @Test
  void samplesThatLookLikeAChunkAreSamples() throws IOException {
    byte[] streamed = with(wav(2, 16, false, 0), 40, 4, 0);
    Arrays.fill(streamed, 44, 52, (byte) 'a');
    assertThat(read(streamed).audio.length()).isEqualTo(FRAMES);
  }

  @Test
  void anAuFileEndsWhereItSays() throws IOException {
    byte[] file = Files.readAllBytes(Recording.FOLDER.resolve("s16.au"));
    int length = read(file).audio.length();
    Read longer = read(Arrays.copyOf(file, file.length + 100_000));
    assertThat(longer.audio.length()).isEqualTo(length);
    assertThat(longer.repairs)
        .containsExactly(
            "its header states %d samples, and what follows them was left out".formatted(length));
  }

  /** Beyond 4 GiB; the file has a hole. */
  @Test
  void largeFilesOfUnknownLengthAndCutOnes() throws IOException {
    byte[] head = Arrays.copyOf(rf64(), 4096);
    Path file = folder.resolve("large");
    for (long stated : new long[] {0, 10L << 30}) {
      ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN).putLong(28, stated);
      Files.write(file, head);
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
        channel.write(ByteBuffer.allocate(1), 5L << 30);
      }
      try (SeekableByteChannel channel = Files.newByteChannel(file)) {
        WaveChunks chunks = WaveChunks.of(channel).orElseThrow();
        assertThat(chunks.isOfUnknownLength()).isEqualTo(stated == 0);
        assertThat(chunks.data().map(WaveChunks.Chunk::size).orElse(0L)).isEqualTo(stated);
      }
    }
    assertThatThrownBy(() -> FfmpegReader.open(file)).hasMessageContaining("cut off");
    Files.delete(file);
  }

  private static byte[] rf64() throws IOException {
    return Files.readAllBytes(Recording.FOLDER.resolve("rf64.wav"));
  }

  @Test
  void whatStandsBeforeTheFormatIsPassedOver() throws IOException {
    Read read = read(with(wav(4, 24, true, 0), 12, "JUNK", 20_000));
    assertSamples(read.audio, 24);
  }

  @ParameterizedTest
  @CsvSource({"3, 0", "3, 1", "3, 2", "3, 4", "3, 5", "2, 1", "2, 3"})
  void aWrongSizeOfFramesIsPutRight(int bytes, int stated) throws IOException {
    Read read = read(with(wav(bytes, 8 * bytes, false, 0), 32, 2, stated));
    assertSamples(read.audio, 8 * bytes);
    assertThat(read.repairs)
        .containsExactly(
            "its header states frames of %d bytes, but their samples take %d"
                .formatted(stated, 2 * bytes));
  }

  @Test
  void otherByteOrdersAreCheckedTheSame() throws IOException {
    byte[] big = wav(2, 16, false, 0);
    System.arraycopy(ascii("RIFX"), 0, big, 0, 4);
    for (int[] number :
        new int[][] {{4, 4}, {16, 4}, {20, 2}, {22, 2}, {24, 4}, {28, 4}, {40, 4}}) {
      reverse(big, number[0], number[1]);
    }
    for (int at = 32; at < big.length; at += at == 34 ? 10 : 2) {
      reverse(big, at, 2);
    }
    assertSamples(read(big).audio, 16);
    assertThatThrownBy(() -> read(Arrays.copyOf(big, big.length / 2)))
        .hasMessageContaining("cut off");
  }

  /** Streams of other kinds one after the other: what cannot be read further is told. */
  @Test
  void anOggStreamBehindAnotherIsNotPassedOver() throws IOException {
    byte[] first = Files.readAllBytes(Recording.FOLDER.resolve("one-page.ogg"));
    for (String other : List.of("opus.ogg", "surround.ogg")) {
      byte[] second = Files.readAllBytes(Recording.FOLDER.resolve(other));
      byte[] chained = Arrays.copyOf(first, first.length + second.length);
      System.arraycopy(second, 0, chained, first.length, second.length);
      assertThatThrownBy(() -> read(chained)).as(other).isInstanceOf(AudioException.class);
    }
  }

  @Test
  void aVoiceFileThatEndsInItsHeaderIsRefused() {
    byte[] whole = voice(8);
    for (int length : new int[] {20, 21, 22, 25}) {
      assertThatThrownBy(() -> read(Arrays.copyOf(whole, length)))
          .as("%d bytes", length)
          .isInstanceOf(AudioException.class);
    }
  }

  private static byte[] voice(int samples) {
    ByteBuffer file = ByteBuffer.allocate(26 + 6 + samples + 1).order(ByteOrder.LITTLE_ENDIAN);
    file.put(ascii("Creative Voice File\u001a"));
    file.putShort((short) 26).putShort((short) 0x010A).putShort((short) (~0x010A + 0x1234));
    file.putInt((samples + 2) << 8 | 1).put((byte) 131).put((byte) 0);
    return file.array();
  }

  private static byte[] sphere(int samples) {
    String header =
        """
        NIST_1A
           1024
        channel_count -i 1
        sample_rate -i 8000
        sample_count -i %d
        sample_n_bytes -i 2
        sample_byte_format -s2 01
        sample_coding -s3 pcm
        end_head
        """;
    byte[] file = Arrays.copyOf(ascii(header.formatted(samples)), 1024 + 2 * samples);
    return file;
  }

  @Test
  void otherFilesThatAreCutAreRefusedToo() throws IOException {
    for (byte[] whole : List.of(voice(4000), sphere(4000))) {
      assertThat(read(whole).audio.length()).isEqualTo(4000);
      assertThatThrownBy(() -> read(Arrays.copyOf(whole, whole.length / 2)))
          .isInstanceOf(AudioException.class)
          .hasMessageContaining("cut off");
    }
  }

  /** A tag may be as long as a file, and the child has little memory. */
  @Test
  void aTagWithoutEndIsLeftOut() throws IOException {
    byte[] whole = wav(2, 16, false, 0);
    byte[] tagged = with(whole, 12, "LIST", 12 + (40 << 20));
    System.arraycopy(ascii("INFOICMT"), 0, tagged, 20, 8);
    ByteBuffer.wrap(tagged).order(ByteOrder.LITTLE_ENDIAN).putInt(28, 40 << 20);
    Arrays.fill(tagged, 32, 32 + (40 << 20), (byte) 'x');
    Path file = Files.write(folder.resolve("tagged.wav"), tagged);
    try (ChildDecoder decoder = new ChildDecoder(DecodingConfig.standard());
        AudioReader reader =
            decoder.open(file.toString(), Files.newByteChannel(file), AudioDecoder.BEST_STREAM)) {
      assertThat(reader.tags().fields()).isEmpty();
      assertSamples(Waveform.readAll(reader), 16);
    }
  }

  private static void reverse(byte[] bytes, int at, int count) {
    for (int i = 0; i < count / 2; i++) {
      byte kept = bytes[at + i];
      bytes[at + i] = bytes[at + count - 1 - i];
      bytes[at + count - 1 - i] = kept;
    }
  }
}
