package io.stemspark.internal.child;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stemspark.audio.AudioDecoder;
import io.stemspark.audio.AudioException;
import io.stemspark.audio.AudioFormat;
import io.stemspark.audio.AudioReader;
import io.stemspark.audio.AudioWriter;
import io.stemspark.audio.Container;
import io.stemspark.audio.DecodingConfig;
import io.stemspark.audio.Encoding;
import io.stemspark.audio.SampleFormat;
import io.stemspark.audio.StorageException;
import io.stemspark.audio.Tags;
import io.stemspark.internal.audio.Waveform;
import io.stemspark.internal.ffmpeg.FfmpegReader;
import io.stemspark.internal.ffmpeg.FfmpegWriter;
import io.stemspark.internal.ffmpeg.ReadOnlyChannel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
@Tag("integration")
class ChildDecoderTest {
  private static final Path FORMATS =
      Path.of(
          System.getProperty("stemspark.root"), "feature-extraction/src/test/resources/formats");
  private static final Path FILE = FORMATS.resolve("s24.flac");

  private ChildDecoder decoder = new ChildDecoder(DecodingConfig.standard());

  @AfterEach
  void close() {
    decoder.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"s24.flac", "id3.mp3", "8-channels.wav", "empty.wav", "song.stem.mp4", "opus.ogg"})
  void equalsDecodingInThisProcess(String file) throws IOException {
    try (AudioReader here = FfmpegReader.open(FORMATS.resolve(file));
        AudioReader there = open(FORMATS.resolve(file))) {
      assertThat(there.format()).isEqualTo(here.format());
      assertThat(there.tags()).isEqualTo(here.tags());
      assertThat(Waveform.readAll(there).samples()).isDeepEqualTo(Waveform.readAll(here).samples());
    }
  }

  @Test
  void aFileThatTakesManyMessagesEqualsDecodingInThisProcess(@TempDir Path folder)
      throws IOException {
    AudioFormat format = new AudioFormat(44_100, 3, SampleFormat.INT16);
    int length = 2 * Message.MAX_SAMPLES + 4321;
    float[][] samples = new float[3][length];
    Random random = new Random(1);
    for (float[] channel : samples) {
      for (int i = 0; i < length; i++) {
        channel[i] = (random.nextInt(1 << 16) - (1 << 15)) / 32768f;
      }
    }
    Path file = folder.resolve("long.wav");
    try (AudioWriter writer =
        FfmpegWriter.create(file, Encoding.of(Container.WAV), format, Tags.NONE)) {
      writer.write(samples, length);
    }
    assertThat(Files.size(file)).isGreaterThan(3L * Message.MAX_BYTES);
    assertThat(read(file).samples()).isDeepEqualTo(samples);
  }

  @Test
  void oneChildServesManyFilesAndSeveralAtOnce() throws IOException {
    try (AudioReader first = open(FILE);
        AudioReader second = open(FORMATS.resolve("s16.flac"))) {
      long pid = decoder.pid();
      float[][] block = new float[2][100];
      assertThat(first.read(block)).isEqualTo(100);
      assertThat(second.read(block)).isEqualTo(100);
      assertThat(Waveform.readAll(first).length()).isEqualTo(4899);
      assertThat(Waveform.readAll(second).length()).isEqualTo(4899);
      assertThat(read(FILE).length()).isEqualTo(4999);
      assertThat(decoder.pid()).isEqualTo(pid);
    }
  }

  @Test
  void namesTheFileThatCannotBeDecoded() {
    assertThatThrownBy(() -> read(FORMATS.resolve("formats.csv")))
        .isInstanceOf(AudioException.class)
        .hasMessageStartingWith(
            FORMATS.resolve("formats.csv") + ": The file is not readable as audio");
  }

  @Test
  void aCrashFailsTheFileAndTheNextOneGetsANewChild() throws Exception {
    read(FILE);
    long pid = decoder.pid();
    try (AudioReader reader = open(FILE)) {
      signal("SEGV", pid);
      // Until the signal arrives the child would still answer.
      ProcessHandle.of(pid).ifPresent(child -> child.onExit().join());
      assertThatThrownBy(() -> Waveform.readAll(reader))
          .isInstanceOf(AudioException.class)
          .hasMessageStartingWith(FILE + ": The decoder crashed (SIGSEGV");
    }
    assertThat(read(FILE).length()).isEqualTo(4999);
    assertThat(decoder.pid()).isNotEqualTo(pid);
  }

  @Test
  void aHangEndsAfterTheTimeout() throws Exception {
    decoder = new ChildDecoder(with(768, Duration.ofSeconds(2)));
    read(FILE);
    try (AudioReader reader = open(FILE)) {
      signal("STOP", decoder.pid());
      awaitStop(decoder.pid());
      assertThatThrownBy(() -> Waveform.readAll(reader))
          .isInstanceOf(AudioException.class)
          .hasMessage(
              FILE + ": Decoding takes more than 2 seconds beyond the audio's own duration.");
    }
    assertThat(read(FILE).length()).isEqualTo(4999);
  }

  @Test
  void tooMuchMemoryEndsTheChild() {
    decoder = new ChildDecoder(with(20, Duration.ofMinutes(1)));
    assertThatThrownBy(() -> read(FILE))
        .isInstanceOf(IOException.class)
        .hasMessage("The decoder does not start. Decoding takes more than 20 MiB of memory.");
  }

  /** The demuxer takes all covers into memory before the first sample. */
  @Test
  void aFileThatTakesTooMuchMemoryCostsOneChild(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("covers.flac");
    writeFlacWithCovers(file, 20);
    decoder = new ChildDecoder(with(250, Duration.ofMinutes(1)));
    read(FILE);
    long pid = decoder.pid();

    assertThatThrownBy(() -> read(file))
        .isInstanceOf(AudioException.class)
        .hasMessage(file + ": Decoding takes more than 250 MiB of memory.");
    assertThat(read(FILE).length()).isEqualTo(4999);
    assertThat(decoder.pid()).isNotEqualTo(pid);
  }

  /** Puts covers as large as FLAC can have them, but for holes, between header and audio. */
  private static void writeFlacWithCovers(Path file, int covers) throws IOException {
    int most = (1 << 24) - 1;
    int pictureBlock = 6;
    ByteBuffer original = ByteBuffer.wrap(Files.readAllBytes(FILE));
    int streamInfoEnd = 4 + 4 + 34;
    int at = 4;
    while (original.get(at) >= 0) {
      at += 4 + (original.getInt(at) & most);
    }
    int audio = at + 4 + (original.getInt(at) & most);
    byte[] mime = "image/png".getBytes(StandardCharsets.US_ASCII);
    int picture = most - (8 * Integer.BYTES + mime.length);
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      channel.write(original.duplicate().limit(streamInfoEnd).put(4, (byte) 0), 0);
      long position = streamInfoEnd;
      for (int i = 0; i < covers; i++) {
        int last = i == covers - 1 ? 1 << 31 : 0;
        ByteBuffer header = ByteBuffer.allocate(64);
        header.putInt(last | pictureBlock << 24 | most).putInt(3).putInt(mime.length).put(mime);
        header.putInt(0).putInt(1).putInt(1).putInt(24).putInt(0).putInt(picture).flip();
        channel.write(header, position);
        position += Integer.BYTES + most;
      }
      channel.write(original.duplicate().position(audio), position);
    }
  }

  @Test
  void tooMuchAudioIsRefused() {
    DecodingConfig aMoment =
        new DecodingConfig(
            DecodingConfig.Isolation.CHILD, 768, Duration.ofMinutes(1), Duration.ofSeconds(0));
    decoder = new ChildDecoder(aMoment);
    assertThatThrownBy(() -> read(FILE))
        .hasMessage(FILE + ": The file has more than 0 hours of audio.");
  }

  @Test
  void slowStorageDoesNotCountAsAHang() throws IOException {
    decoder = new ChildDecoder(with(768, Duration.ofSeconds(2)));
    SeekableByteChannel slow =
        new Passing(FILE) {
          private int reads;

          @Override
          public int read(ByteBuffer into) throws IOException {
            if (reads++ % 3 == 0) {
              sleep(3000);
            }
            return super.read(into);
          }
        };
    try (AudioReader reader = decoder.open("slow", slow, AudioDecoder.BEST_STREAM)) {
      assertThat(Waveform.readAll(reader).length()).isEqualTo(4999);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 16_384})
  void saysWhenItIsTheStorageThatFailed(long whole) throws IOException {
    for (Exception failure :
        List.of(new IOException("connection reset"), new IllegalStateException("client closed"))) {
      SeekableByteChannel broken =
          new Passing(FORMATS.resolve("s24.wav")) {
            @Override
            public int read(ByteBuffer into) throws IOException {
              if (position() >= whole) {
                if (failure instanceof IOException e) {
                  throw e;
                }
                throw (RuntimeException) failure;
              }
              into.limit(Math.min(into.limit(), into.position() + 16_384));
              return super.read(into);
            }
          };
      assertThatThrownBy(
              () -> {
                try (AudioReader reader =
                    decoder.open("broken", broken, AudioDecoder.BEST_STREAM)) {
                  Waveform.readAll(reader);
                }
              })
          .isInstanceOf(StorageException.class)
          .hasMessage("broken: Storage failed: " + failure.getMessage())
          .hasCause(failure);
      assertThat(read(FILE).length()).isEqualTo(4999);
    }
  }

  @Test
  void theChildHasNoCredentials() throws IOException {
    read(FILE);
    String environment = Files.readString(Path.of("/proc/" + decoder.pid() + "/environ"));
    assertThat(System.getenv()).hasSizeGreaterThan(1);
    assertThat(environment).isEqualTo("LC_ALL=C.UTF-8\0");
  }

  @Test
  void theChildEndsWithItsParent() throws Exception {
    // A parent that ends without closing anything, in the middle of a file.
    Process parent =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                AbandonedChild.class.getName(),
                FILE.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    long pid;
    try (var lines = parent.inputReader()) {
      pid = Long.parseLong(lines.readLine());
    }
    assertThat(parent.waitFor(20, TimeUnit.SECONDS)).isTrue();
    var child = ProcessHandle.of(pid);
    if (child.isPresent()) {
      child.get().onExit().get(10, TimeUnit.SECONDS);
    }
  }

  private AudioReader open(Path file) throws IOException {
    return decoder.open(file.toString(), FileChannel.open(file), AudioDecoder.BEST_STREAM);
  }

  private Waveform read(Path file) throws IOException {
    try (AudioReader reader = open(file)) {
      return Waveform.readAll(reader);
    }
  }

  private static DecodingConfig with(int mebibytes, Duration timeout) {
    return new DecodingConfig(
        DecodingConfig.Isolation.CHILD, mebibytes, timeout, Duration.ofDays(1));
  }

  private static void signal(String name, long pid) throws Exception {
    new ProcessBuilder("kill", "-" + name, String.valueOf(pid)).inheritIO().start().waitFor();
  }

  /** Until the signal arrives the child would still answer. */
  private static void awaitStop(long pid) throws IOException {
    String state;
    do {
      Process ps = new ProcessBuilder("ps", "-o", "state=", "-p", String.valueOf(pid)).start();
      state = new String(ps.getInputStream().readAllBytes(), UTF_8);
    } while (!state.startsWith("T"));
  }

  private static void sleep(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** A file's channel, to be disturbed. */
  private static class Passing extends ReadOnlyChannel {
    private final FileChannel file;

    Passing(Path path) throws IOException {
      file = FileChannel.open(path);
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
      return file.read(into);
    }

    @Override
    public long position() throws IOException {
      return file.position();
    }

    @Override
    public SeekableByteChannel position(long to) throws IOException {
      return file.position(to);
    }

    @Override
    public long size() throws IOException {
      return file.size();
    }

    @Override
    public void close() throws IOException {
      super.close();
      file.close();
    }
  }
}
