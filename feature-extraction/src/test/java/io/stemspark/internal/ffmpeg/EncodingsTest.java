package io.stemspark.internal.ffmpeg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stemspark.audio.AudioException;
import io.stemspark.audio.AudioFormat;
import io.stemspark.audio.AudioReader;
import io.stemspark.audio.AudioWriter;
import io.stemspark.audio.Container;
import io.stemspark.audio.Encoding;
import io.stemspark.audio.SampleFormat;
import io.stemspark.audio.Tags;
import io.stemspark.internal.audio.Waveform;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.IntToDoubleFunction;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What is written, read back. */
class EncodingsTest {
  @TempDir Path folder;

  /** The bounds lie a little below what these encoders reach on this recording. */
  @ParameterizedTest
  @CsvSource({"MP3,320,34", "MP3,128,21", "OPUS,256,24", "OGG,256,24", "M4A,320,26", "M4A,128,18"})
  void lossyFilesHaveTheLengthAndSoundOfTheirSource(Container container, int quality, double snr)
      throws IOException {
    int rate = container.nearestRate(44_100);
    float[][] samples = Recording.samples(2);
    // One less and one more than whole frames of the encoders, too.
    for (int length : new int[] {1, 1151, 1152, 1153, 2000, 2304, 5760, 5761, 30_993}) {
      Path file = write(new Encoding(container, quality), rate, samples, length, Tags.NONE);
      Waveform back = read(file);
      assertThat(back.format().sampleRate()).isEqualTo(rate);
      assertThat(back.format().channels()).isEqualTo(2);
      assertThat(back.length()).as("%d samples", length).isEqualTo(length);
      if (length == samples[0].length) {
        assertThat(Recording.signalToNoise(samples, back, 0)).isGreaterThan(snr);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "WAV,INT16,44100", "WAV,INT24,96000", "FLAC,INT16,8000", "FLAC,INT24,192000",
    "ALAC,INT16,8000", "ALAC,INT16,44100", "ALAC,INT24,48000", "ALAC,INT24,192000"
  })
  void losslessFilesHaveTheSamplesOfTheirSource(Container container, SampleFormat depth, int rate)
      throws IOException {
    Random random = new Random(1);
    int steps = 1 << (depth.bits() - 1);
    for (int length : new int[] {1, 4095, 4096, 4097, 30_993}) {
      float[][] samples = new float[2][length];
      for (float[] channel : samples) {
        for (int i = 0; i < length; i++) {
          channel[i] = (float) (random.nextInt(2 * steps) - steps) / steps;
        }
      }
      Path file = folder.resolve("exact." + container.extension());
      AudioFormat format = new AudioFormat(rate, 2, depth);
      try (AudioWriter writer =
          FfmpegWriter.create(file, Encoding.of(container), format, Tags.NONE)) {
        writer.write(samples, length);
      }
      Waveform back = read(file);
      assertThat(back.format()).isEqualTo(format);
      assertThat(back.length()).isEqualTo(length);
      for (int c = 0; c < 2; c++) {
        assertThat(Arrays.equals(back.channel(c), samples[c])).isTrue();
      }
    }
  }

  /** Encoders in C may end the whole process where they meet what they did not foresee. */
  @ParameterizedTest
  @EnumSource(Container.class)
  void noSoundEndsTheProcess(Container container) throws IOException {
    Random random = new Random(1);
    Map<String, IntToDoubleFunction> sounds =
        new TreeMap<>(
            Map.of(
                "silence", i -> 0,
                "constant", i -> 1,
                "square", i -> i / 50 % 2 == 0 ? 1 : -1,
                "clicks", i -> i % 5000 == 0 ? 1 : 0,
                "low tone", i -> Math.sin(i * 0.005),
                "high tone", i -> Math.sin(i * 3),
                "tone in bursts", i -> i / 3000 % 2 * Math.sin(i * 0.5),
                "sweep", i -> Math.sin(i * 1e-5 * i),
                "noise", i -> random.nextGaussian(),
                "far beyond full scale", i -> 20 * random.nextGaussian()));
    for (String left : sounds.keySet()) {
      for (String right : sounds.keySet()) {
        float[][] samples = new float[2][24_000];
        for (int i = 0; i < samples[0].length; i++) {
          samples[0][i] = (float) sounds.get(left).applyAsDouble(i);
          samples[1][i] = (float) sounds.get(right).applyAsDouble(i);
        }
        Path file = write(Encoding.of(container), 48_000, samples, 24_000, Tags.NONE);
        assertThat(read(file).length()).as("%s and %s", left, right).isEqualTo(24_000);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"MP3,1e6", "M4A,-1e6", "OPUS,300", "OGG,Infinity", "MP3,NaN"})
  void lossyContainersRefuseWhatIsFarBeyondFullScale(Container container, float sample) {
    float[][] samples = new float[2][1000];
    samples[1][500] = sample;
    assertThatThrownBy(() -> write(Encoding.of(container), 48_000, samples, 1000, Tags.NONE))
        .isInstanceOf(AudioException.class)
        .hasMessageContaining(
            "A sample is %.3g times full scale, but %s holds at most 256 times."
                .formatted(sample, container.extension()));
  }

  @ParameterizedTest
  @CsvSource({
    "MP3,1", "OPUS,1", "OGG,1", "M4A,1", "ALAC,1", "WAV,8", "WAV,5", "FLAC,7", "FLAC,4", "FLAC,3"
  })
  void channelsKeepTheirPlaces(Container container, int channels) throws IOException {
    float[][] samples = new float[channels][48_000];
    for (int c = 0; c < channels; c++) {
      for (int i = 0; i < samples[c].length; i++) {
        samples[c][i] = (float) (0.3 * Math.sin(2 * Math.PI * (400 + 100 * c) * i / 48_000));
      }
    }
    Waveform back =
        read(write(Encoding.of(container), 48_000, samples, samples[0].length, Tags.NONE));
    assertThat(back.format().channels()).isEqualTo(channels);
    assertThat(back.length()).isEqualTo(samples[0].length);
    assertThat(Recording.signalToNoise(samples, back, 0)).isGreaterThan(15);
  }

  @ParameterizedTest
  @CsvSource({
    "OPUS,44100,48000",
    "OGG,44100,48000",
    "OPUS,96000,48000",
    "MP3,96000,48000",
    "M4A,192000,96000"
  })
  void aRateThatAContainerLacksBecomesTheNearest(Container container, int rate, int stored)
      throws IOException {
    int length = rate + 7;
    float[][] samples = {new float[length], new float[length]};
    float[][] expected = {new float[stored], new float[stored]};
    for (int c = 0; c < 2; c++) {
      fillTone(samples[c], rate);
      fillTone(expected[c], stored);
    }
    Waveform back = read(write(Encoding.of(container), rate, samples, length, Tags.NONE));
    assertThat(back.format().sampleRate()).isEqualTo(stored);
    assertThat(back.length()).isEqualTo((int) Math.round((double) length * stored / rate));
    assertThat(Recording.signalToNoise(expected, back, 0)).isGreaterThan(30);
  }

  @ParameterizedTest
  @CsvSource({"WAV,4,quad", "FLAC,4,quad", "WAV,6,5.1(side)", "FLAC,6,5.1(side)", "WAV,3,3.0"})
  void speakersStayTheSame(Container container, int channels, String layout) throws IOException {
    AudioFormat format = new AudioFormat(48_000, channels, SampleFormat.INT16, layout);
    Path file = folder.resolve("stem." + container.extension());
    try (AudioWriter writer =
        FfmpegWriter.create(file, Encoding.of(container), format, Tags.NONE)) {
      writer.write(new float[channels][100], 100);
    }
    assertThat(read(file).format()).isEqualTo(format);
  }

  @Test
  void aPathIsOfAnyBytes() throws IOException {
    Path odd = Path.of(URI.create(folder.toUri() + "caf%E9"));
    Files.createDirectory(odd);
    Path file = odd.resolve("stem.wav");
    AudioFormat format = new AudioFormat(48_000, 1, SampleFormat.INT16);
    try (AudioWriter writer =
        FfmpegWriter.create(file, Encoding.of(Container.WAV), format, Tags.NONE)) {
      writer.write(new float[1][100], 100);
    }
    assertThat(file).isNotEmptyFile();
  }

  private static void fillTone(float[] samples, int rate) {
    for (int i = 0; i < samples.length; i++) {
      samples[i] = (float) (0.5 * Math.sin(2 * Math.PI * 440 * i / rate));
    }
  }

  @ParameterizedTest
  @EnumSource(Container.class)
  void tagsAndCoverAreCarriedOver(Container container) throws IOException {
    Tags tags;
    try (AudioReader source = FfmpegReader.open(Recording.FOLDER.resolve("id3.mp3"))) {
      tags = source.tags();
    }
    assertThat(tags.fields()).isNotEmpty();
    assertThat(tags.cover()).isPresent();
    Path file = write(Encoding.of(container), 48_000, Recording.samples(2), 30_000, tags);
    try (AudioReader back = FfmpegReader.open(file)) {
      assertThat(lowerCase(back.tags())).isEqualTo(lowerCase(tags));
      if (container != Container.WAV) {
        assertThat(back.tags().cover()).isEqualTo(tags.cover());
      }
      assertThat(Waveform.readAll(back).length()).isEqualTo(30_000);
    }
  }

  /** What cameras and shops put into files. */
  @ParameterizedTest
  @EnumSource(Container.class)
  void photographsAndOtherFieldsAreCarriedOver(Container container) throws IOException {
    ByteArrayOutputStream jpeg = new ByteArrayOutputStream();
    ImageIO.write(new BufferedImage(32, 24, BufferedImage.TYPE_INT_RGB), "jpg", jpeg);
    Tags tags =
        new Tags(
            Map.of("title", "Für Élise – 1", "album", "Klavier", "track", "3", "genre", "Klassik"),
            Optional.of(new Tags.Cover("mjpeg", 32, 24, jpeg.toByteArray())));
    Path file = write(Encoding.of(container), 48_000, Recording.samples(2), 30_000, tags);
    try (AudioReader back = FfmpegReader.open(file)) {
      assertThat(lowerCase(back.tags())).isEqualTo(lowerCase(tags));
      if (container != Container.WAV) {
        assertThat(back.tags().cover()).isEqualTo(tags.cover());
      }
    }
  }

  private static Map<String, String> lowerCase(Tags tags) {
    Map<String, String> fields = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    fields.putAll(tags.fields());
    return fields;
  }

  @Test
  void coversOfMp4AndFlacAreRead() throws IOException {
    Path mp4 = Recording.FOLDER.resolve("faststart.m4a");
    Tags tags;
    try (AudioReader source = FfmpegReader.open(mp4)) {
      tags = source.tags();
    }
    assertThat(tags.cover()).isPresent();
    Path flac = write(Encoding.of(Container.FLAC), 44_100, Recording.samples(2), 30_000, tags);
    try (AudioReader back = FfmpegReader.open(flac)) {
      assertThat(back.tags().cover()).isEqualTo(tags.cover());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "MP3,3,1 to 2",
    "OGG,3,1 to 2",
    "FLAC,9,1 to 8",
    "OPUS,3,1 to 2",
    "M4A,6,1 to 2",
    "ALAC,3,1 to 2"
  })
  void saysHowManyChannelsAContainerHolds(Container container, int channels, String held) {
    assertThatThrownBy(
            () -> write(Encoding.of(container), 48_000, new float[channels][10], 10, Tags.NONE))
        .isInstanceOf(AudioException.class)
        .hasMessageContaining(
            "The audio has %d channels, but %s holds %s."
                .formatted(channels, container.extension(), held));
  }

  @ParameterizedTest
  @EnumSource(Container.class)
  void anEmptyTrackIsAnEmptyFileOrAnError(Container container) throws IOException {
    if (container.mayBeEmpty()) {
      Path file = write(Encoding.of(container), 44_100, new float[2][0], 0, Tags.NONE);
      assertThat(read(file).length()).isZero();
    } else {
      assertThatThrownBy(() -> write(Encoding.of(container), 44_100, new float[2][0], 0, Tags.NONE))
          .isInstanceOf(AudioException.class)
          .hasMessageContaining("holds no empty track");
    }
  }

  @ParameterizedTest
  @EnumSource(Container.class)
  void aCoverThatCannotBeWrittenIsLeftOut(Container container) throws IOException {
    for (Tags.Cover cover :
        List.of(
            new Tags.Cover("gif", 8, 8, new byte[100]),
            new Tags.Cover("png", 0, 0, new byte[100]),
            new Tags.Cover("surprise", 1, 1, new byte[1]))) {
      Path file =
          write(
              Encoding.of(container),
              48_000,
              Recording.samples(2),
              2000,
              new Tags(Map.of(), Optional.of(cover)));
      assertThat(read(file).length()).isEqualTo(2000);
    }
  }

  @Test
  void anyStreamOfAFileCanBeChosen() throws IOException {
    Path stems = Recording.FOLDER.resolve("song.stem.mp4");
    float[][] source = Recording.samples(2);
    List<Float> gains = List.of(1f, 0.1f, 0.2f, 0.3f, 0.4f);
    for (int stream = 0; stream < gains.size(); stream++) {
      try (AudioReader reader =
          FfmpegReader.open(stems.toString(), java.nio.file.Files.newByteChannel(stems), stream)) {
        Waveform stem = Waveform.readAll(reader);
        float[][] expected = new float[2][source[0].length];
        for (int c = 0; c < 2; c++) {
          for (int i = 0; i < expected[c].length; i++) {
            expected[c][i] = gains.get(stream) * source[c][i];
          }
        }
        assertThat(stem.length()).isEqualTo(source[0].length);
        assertThat(Recording.signalToNoise(expected, stem, 0)).isGreaterThan(18);
      }
    }
    assertThatThrownBy(
            () -> FfmpegReader.open(stems.toString(), java.nio.file.Files.newByteChannel(stems), 5))
        .hasMessageContaining("There is no audio stream number 5. The file has 5, counted from 0.");
  }

  private Path write(Encoding encoding, int rate, float[][] samples, int length, Tags tags)
      throws IOException {
    Container container = encoding.container();
    Path file = folder.resolve("stem." + container.extension());
    AudioFormat format =
        new AudioFormat(rate, samples.length, container.nearest(SampleFormat.INT16));
    try (AudioWriter writer = FfmpegWriter.create(file, encoding, format, tags)) {
      writer.write(samples, length);
    }
    return file;
  }

  private static Waveform read(Path file) throws IOException {
    try (AudioReader reader = FfmpegReader.open(file)) {
      return Waveform.readAll(reader);
    }
  }
}
