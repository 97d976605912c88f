package io.stemspark.internal.ffmpeg;

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
import io.stemspark.audio.Tags;
import io.stemspark.internal.audio.Waveform;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FfmpegTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "WAV,INT16,1,8000,0",
    "WAV,INT16,2,44100,44100",
    "WAV,INT24,2,48000,1",
    "WAV,FLOAT32,1,96000,10000",
    "FLAC,INT16,2,44100,50000",
    "FLAC,INT24,6,48000,4609",
    "FLAC,INT16,1,22050,4608"
  })
  void losslessFormatsReturnEverySample(
      Container container, SampleFormat sampleFormat, int channels, int rate, int length)
      throws IOException {
    AudioFormat format = new AudioFormat(rate, channels, sampleFormat);
    float[][] samples = steps(channels, length, sampleFormat);
    Path file = write(container, format, samples);

    Waveform back = read(file);

    assertThat(back.format()).isEqualTo(format);
    assertThat(back.length()).isEqualTo(length);
    for (int c = 0; c < channels; c++) {
      assertThat(back.channel(c)).isEqualTo(samples[c]);
    }
  }

  @Test
  void readsMp3WithoutItsEncoderDelay() throws IOException {
    Path demo = Path.of(System.getProperty("stemspark.root"), "demo");
    Path file;
    try (var files = Files.walk(demo)) {
      file = files.filter(f -> f.toString().endsWith(".mp3")).findFirst().orElseThrow();
    }
    Waveform audio = read(file);
    assertThat(audio.format()).isEqualTo(new AudioFormat(44_100, 2, SampleFormat.INT16));
    // The clip was cut to whole tenths of a second before it was encoded.
    assertThat(audio.length() % 4410).isZero();
    assertThat(rms(audio.channel(0))).isGreaterThan(0.01);
  }

  @Test
  void clipsAtFullScaleInsteadOfWrapping() throws IOException {
    AudioFormat format = new AudioFormat(44_100, 1, SampleFormat.INT16);
    Path file = write(Container.WAV, format, new float[][] {{2, -2, 0.5f}});
    assertThat(read(file).channel(0)).containsExactly(32767 / 32768f, -1, 0.5f);
  }

  @Test
  void namesTheFileThatIsNoAudio() throws IOException {
    Path file = Files.writeString(folder.resolve("song.mp3"), "this is text ".repeat(100));
    assertThatThrownBy(() -> FfmpegReader.open(file))
        .isInstanceOf(AudioException.class)
        .hasMessageStartingWith(file + ": The file is not readable as audio: ");
  }

  @Test
  void doesNotFollowPlaylistsToOtherFiles() throws IOException {
    AudioFormat format = new AudioFormat(44_100, 1, SampleFormat.INT16);
    Path secret = write(Container.WAV, format, steps(1, 44_100, SampleFormat.INT16));
    Path playlist = folder.resolve("list.m3u8");
    Files.writeString(
        playlist,
        "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n" + secret.toUri() + "\n#EXT-X-ENDLIST\n");
    assertThatThrownBy(() -> FfmpegReader.open(playlist)).isInstanceOf(AudioException.class);
  }

  @Test
  void fullDiskIsAnError() throws IOException {
    Path full = Path.of("/dev/full");
    AudioFormat format = new AudioFormat(44_100, 1, SampleFormat.INT16);
    AudioWriter writer = FfmpegWriter.create(full, Encoding.of(Container.WAV), format, Tags.NONE);
    writer.write(new float[1][100], 100);
    assertThatThrownBy(writer::close)
        .isExactlyInstanceOf(IOException.class)
        .hasMessageContaining("/dev/full: ");
  }

  @Test
  void namesTheSampleThatIsNoNumber() throws IOException {
    AudioFormat format = new AudioFormat(44_100, 1, SampleFormat.FLOAT32);
    Path file = write(Container.WAV, format, new float[][] {{0, 0.5f, Float.NaN, 0}});
    assertThatThrownBy(
            () -> {
              try (AudioDecoder decoder = new InProcessDecoder(DecodingConfig.standard());
                  AudioReader reader =
                      decoder.open(
                          file.toString(), Files.newByteChannel(file), AudioDecoder.BEST_STREAM)) {
                Waveform.readAll(reader);
              }
            })
        .isInstanceOf(AudioException.class)
        .hasMessage(file + ": Sample 2 of channel 0 is NaN.");
  }

  @Test
  void refusesAbsurdHeaders() throws IOException {
    AudioFormat fast = new AudioFormat(200_000_000, 1, SampleFormat.INT16);
    Path file = write(Container.WAV, fast, new float[1][100]);
    assertThatThrownBy(() -> read(file))
        .isInstanceOf(AudioException.class)
        .hasMessageContaining("The sample rate is 200000000 Hz. Supported are 1000 to 768000 Hz.");
  }

  @Test
  void opensAndClosesManyFiles() throws IOException {
    AudioFormat format = new AudioFormat(44_100, 1, SampleFormat.INT16);
    Path file = write(Container.WAV, format, steps(1, 100, SampleFormat.INT16));
    for (int i = 0; i < 100; i++) {
      assertThat(read(file).length()).isEqualTo(100);
    }
  }

  private Path write(Container container, AudioFormat format, float[][] samples)
      throws IOException {
    Path file = folder.resolve("clip." + container.extension());
    try (AudioWriter writer =
        FfmpegWriter.create(file, Encoding.of(container), format, Tags.NONE)) {
      writer.write(samples, samples[0].length);
    }
    return file;
  }

  private static Waveform read(Path file) throws IOException {
    try (AudioReader reader = FfmpegReader.open(file)) {
      return Waveform.readAll(reader);
    }
  }

  /** Noise on the steps of a sample format, its extremes included. */
  private static float[][] steps(int channels, int length, SampleFormat format) {
    Random random = new Random(length);
    int bits = Math.min(format.bits(), 24);
    float scale = 1 << (bits - 1);
    float[][] samples = new float[channels][length];
    for (float[] channel : samples) {
      IntStream.range(0, length)
          .forEach(i -> channel[i] = (random.nextInt(1 << bits) - (1 << (bits - 1))) / scale);
      if (length > 1) {
        channel[0] = -1;
        channel[1] = (scale - 1) / scale;
      }
    }
    return samples;
  }

  private static double rms(float[] samples) {
    double sum = 0;
    for (float sample : samples) {
      sum += sample * sample;
    }
    return Math.sqrt(sum / samples.length);
  }
}
