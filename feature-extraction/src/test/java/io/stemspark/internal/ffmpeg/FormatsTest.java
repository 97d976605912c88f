package io.stemspark.internal.ffmpeg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stemspark.audio.AudioException;
import io.stemspark.audio.AudioReader;
import io.stemspark.audio.SampleFormat;
import io.stemspark.internal.audio.Waveform;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every format, rate and number of channels against the PCM source of its file. Another FFmpeg,
 * libsndfile and mutagen made the files; {@code src/test/golden/formats.py} is the script, and says
 * what the columns of formats.csv and the names of the sources mean.
 */
class FormatsTest {
  @TempDir Path folder;

  @ParameterizedTest(name = "{0}")
  @CsvFileSource(resources = "/formats/formats.csv", numLinesToSkip = 1)
  void agreesWithItsSource(
      String file,
      int rate,
      int channels,
      int frames,
      String kind,
      String source,
      int offset,
      Integer snr)
      throws IOException {
    Waveform audio;
    try (AudioReader reader = FfmpegReader.open(Recording.FOLDER.resolve(file))) {
      audio = Waveform.readAll(reader);
    }
    assertThat(audio.format().sampleRate()).isEqualTo(rate);
    assertThat(audio.format().channels()).isEqualTo(channels);
    assertThat(audio.length()).isEqualTo(frames);
    if (kind.equals("lossless")) {
      assertThat(audio.format().sampleFormat()).isEqualTo(depth(source));
      float[][] expected = noise(source, channels, frames);
      for (int c = 0; c < channels; c++) {
        assertThat(audio.channel(c)).isEqualTo(expected[c]);
      }
    } else {
      assertThat(Recording.signalToNoise(Recording.samples(channels), audio, offset))
          .isGreaterThanOrEqualTo(snr);
    }
  }

  /** A file of which the second half is missing must not pass for a shorter one. */
  @ParameterizedTest(name = "{0}")
  @ValueSource(
      strings = {
        "s16.wav", "s24.wav", "f32.wav", "rf64.wav", "s16.w64", "s16.aiff", "sowt.aifc", "s24.caf",
        "s16.au", "s16.flac", "alac-s16.m4a", "s16.wv", "flac.mka", "cbr.mp3", "vbr.mp3", "id3.mp3",
        "faststart.m4a", "aac.m4a", "wmav2.wma", "opus.webm", "video.mkv"
      })
  void refusesHalfAFile(String file) throws IOException {
    byte[] whole = Files.readAllBytes(Recording.FOLDER.resolve(file));
    Path half = Files.write(folder.resolve(file), Arrays.copyOf(whole, whole.length / 2));
    assertThatThrownBy(
            () -> {
              try (AudioReader reader = FfmpegReader.open(half)) {
                Waveform.readAll(reader);
              }
            })
        .isInstanceOf(AudioException.class)
        .hasMessageStartingWith(half.toString());
  }

  @ParameterizedTest
  @CsvSource({"id3.mp3,id3.mp3", "cbr.mp3,cbr.mp3", "no-xing.mp3,id3.mp3", "adts.aac,adts.aac"})
  void filesThatWerePutTogetherAreReadWhole(String first, String second) throws IOException {
    byte[] a = Files.readAllBytes(Recording.FOLDER.resolve(first));
    byte[] b = Files.readAllBytes(Recording.FOLDER.resolve(second));
    byte[] joined = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, joined, a.length, b.length);
    Path file = Files.write(folder.resolve(first), joined);
    try (AudioReader reader = FfmpegReader.open(file)) {
      assertThat(Waveform.readAll(reader).length()).isBetween(2 * 30_993 - 1200, 2 * 30_993 + 4000);
    }
  }

  /** Such as mkvmerge writes, of which a stem must not say that they are its own. */
  @ParameterizedTest
  @ValueSource(strings = {"BPS-eng\0", "BPS\0\0\0\0\0"})
  void figuresOfTheFileAreNoTags(String name) throws IOException {
    String mka =
        new String(
            Files.readAllBytes(Recording.FOLDER.resolve("flac.mka")), StandardCharsets.ISO_8859_1);
    assertThat(mka).contains("DURATION");
    Path file = folder.resolve("figures.mka");
    Files.writeString(file, mka.replace("DURATION", name), StandardCharsets.ISO_8859_1);
    try (AudioReader reader = FfmpegReader.open(file)) {
      assertThat(reader.tags().fields().keySet()).noneMatch(key -> key.startsWith(name.strip()));
    }
  }

  /** RF64 under its newer name. */
  @Test
  void readsBroadcastWave64AndNoHalfOfIt() throws IOException {
    byte[] wav = Files.readAllBytes(Recording.FOLDER.resolve("rf64.wav"));
    System.arraycopy("BW64".getBytes(StandardCharsets.US_ASCII), 0, wav, 0, 4);
    try (AudioReader reader = FfmpegReader.open(Files.write(folder.resolve("whole.wav"), wav))) {
      assertThat(Waveform.readAll(reader).length()).isEqualTo(4999);
    }
    Path half = Files.write(folder.resolve("half.wav"), Arrays.copyOf(wav, wav.length / 2));
    assertThatThrownBy(() -> FfmpegReader.open(half).close())
        .isInstanceOf(AudioException.class)
        .hasMessageContaining("cut off");
  }

  /** What programs that write to pipes put where they do not know the size. */
  @ParameterizedTest
  @ValueSource(ints = {0, -1, 0x7FFFF024, 0x80000024, 0x7FFFFFFF, 20_040})
  void anUnknownSizeIsNoCutOff(int size) throws IOException {
    byte[] wav = Files.readAllBytes(Recording.FOLDER.resolve("s16.wav"));
    ByteBuffer.wrap(wav).order(ByteOrder.LITTLE_ENDIAN).putInt(4, size);
    try (AudioReader reader = FfmpegReader.open(Files.write(folder.resolve("pipe.wav"), wav))) {
      assertThat(Waveform.readAll(reader).length()).isEqualTo(4999);
    }
  }

  /** What stems are written in by default; of 32 bits an integer keeps 24. */
  private static SampleFormat depth(String source) {
    return switch (source) {
      case "lcg8", "lcg16" -> SampleFormat.INT16;
      case "lcg24", "lcg32" -> SampleFormat.INT24;
      default -> SampleFormat.FLOAT32;
    };
  }

  /** The script's noise, of which integers of 32 bits round to floats. */
  private static float[][] noise(String source, int channels, int frames) {
    int bits =
        switch (source) {
          case "lcg8" -> 8;
          case "lcg16" -> 16;
          case "lcg24", "lcgfloat" -> 24;
          case "lcg32" -> 32;
          default -> throw new IllegalArgumentException(source);
        };
    float[][] samples = new float[channels][frames];
    int x = channels;
    for (int i = 0; i < frames; i++) {
      for (int c = 0; c < channels; c++) {
        x = 1664525 * x + 1013904223;
        samples[c][i] = (float) ((x >> (32 - bits)) / Math.pow(2, bits - 1));
      }
    }
    return samples;
  }
}
