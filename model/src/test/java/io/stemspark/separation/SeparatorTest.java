package io.stemspark.separation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.stemspark.DemoClips;
import io.stemspark.audio.AudioFormat;
import io.stemspark.audio.AudioReader;
import io.stemspark.audio.FfmpegReader;
import io.stemspark.audio.JoinedReader;
import io.stemspark.audio.SampleFormat;
import io.stemspark.audio.Waveform;
import io.stemspark.network.Engine;
import io.stemspark.network.Network;
import io.stemspark.network.NetworkSpec;
import io.stemspark.network.Precision;
import io.stemspark.patch.PatchConfig;
import io.stemspark.spectrogram.Spectrogram;
import io.stemspark.spectrogram.Stft;
import io.stemspark.spectrogram.StftConfig;
import io.stemspark.spectrogram.Window;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SeparatorTest {
  private static final StftConfig STFT = new StftConfig(44_100, 512, 128, Window.HANN);
  private static final PatchConfig PATCH = new PatchConfig(16, 128);

  /** Says that everything is voice, or nothing, or a share that changes from element to element. */
  private static Network constant(float mask) {
    return network((magnitudes, i) -> mask);
  }

  private static Network uneven() {
    return network((magnitudes, i) -> magnitudes[i] / (1 + magnitudes[i]));
  }

  private interface ElementMask {
    float mask(float[] magnitudes, int index);
  }

  private static Network network(ElementMask element) {
    return new Network() {
      @Override
      public float[] run(float[] magnitudes, int batch) {
        float[] masks = new float[batch * PATCH.size()];
        for (int i = 0; i < masks.length; i++) {
          masks[i] = element.mask(magnitudes, i);
        }
        return masks;
      }

      @Override
      public void close() {}
    };
  }

  private static Separator separator(Network network, int overlap, int batch) {
    return new Separator(STFT, NetworkSpec.unet(PATCH), network, config(overlap, batch));
  }

  private static SeparationConfig config(int overlap, int batch) {
    return new SeparationConfig(
        Engine.CPU,
        Precision.AUTO,
        (double) overlap / PATCH.frames(),
        batch,
        1,
        false,
        OutputConfig.wav());
  }

  /** Whatever the length, from nothing to ten windows, the channels, the overlap and the batch. */
  @Test
  void allOnesMaskReturnsTheMixtureExactly() throws IOException {
    Random random = new Random(4);
    int window = PATCH.frames() * STFT.hopLength();
    for (int trial = 0; trial < 120; trial++) {
      int length = trial < 6 ? trial : random.nextInt(10 * window);
      int channels = 1 + random.nextInt(trial % 3 == 0 ? 8 : 2);
      SampleFormat format = random.nextBoolean() ? SampleFormat.INT16 : SampleFormat.INT24;
      float[][] mixture = onSteps(noise(channels, length), format);
      int overlap = random.nextInt(PATCH.frames() / 2 + 1);
      int batch = 1 + random.nextInt(6);

      Stems stems = separate(mixture, 44_100, format, separator(constant(1), overlap, batch));

      String description =
          "%d samples, %d channels, overlap %d".formatted(length, channels, overlap);
      float[][] silence = new float[channels][length];
      if (format == SampleFormat.INT16) {
        assertThat(stems.vocals()).as(description).isDeepEqualTo(mixture);
        assertThat(stems.accompaniment()).as(description).isDeepEqualTo(silence);
      } else {
        assertClose(stems.vocals(), mixture, 4 / format.scale());
        assertClose(stems.accompaniment(), silence, 4 / format.scale());
      }
    }
  }

  /**
   * A network whose mask rises from the first frame of a patch to its last: neighbouring windows
   * contradict each other, so every frame they share shows how one fades into the other.
   */
  @ParameterizedTest
  @CsvSource({"0, 2", "1, 2", "3, 1", "8, 6"})
  void windowsFadeIntoEachOther(int overlap, int batch) throws IOException {
    float[][] mixture = noise(1, 7 * PATCH.frames() * STFT.hopLength() + 50);
    Network rising = network((magnitudes, i) -> risingMask(i / PATCH.bins() % PATCH.frames()));
    Stems stems =
        separate(mixture, 44_100, SampleFormat.FLOAT32, separator(rising, overlap, batch));

    Spectrogram spectrogram = new Stft(STFT).forward(mixture[0]);
    int step = PATCH.frames() - overlap;
    int last = (spectrogram.frames() - overlap - 1) / step;
    for (int frame = 0; frame < spectrogram.frames(); frame++) {
      int window = Math.min(frame / step, last);
      int within = frame - window * step;
      float mask = risingMask(within);
      if (window > 0 && within < overlap) {
        double phase = Math.PI / 2 * (within + 1) / (overlap + 1);
        double fade = Math.sin(phase) * Math.sin(phase);
        mask = (float) (fade * mask + (1 - fade) * risingMask(within + step));
      }
      for (int i = frame * STFT.bins(); i < (frame + 1) * STFT.bins(); i++) {
        spectrogram.real()[i] *= mask;
        spectrogram.imag()[i] *= mask;
      }
    }
    float[] expected = new Stft(STFT).inverse(spectrogram, mixture[0].length);
    assertClose(stems.vocals(), new float[][] {expected}, 1e-5f);
  }

  private static float risingMask(int frame) {
    return (frame + 1) / (PATCH.frames() + 1f);
  }

  /** A tone through a mask of one half keeps its level over every join and to both ends. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 4, 8})
  void stationarySignalKeepsItsLevel(int overlap) throws IOException {
    int length = 9 * PATCH.frames() * STFT.hopLength() + 77;
    float[][] tone = {new float[length]};
    for (int i = 0; i < length; i++) {
      tone[0][i] = (float) (0.5 * Math.sin(2 * Math.PI * 441.3 * i / 44_100));
    }
    Stems stems =
        separate(tone, 44_100, SampleFormat.FLOAT32, separator(constant(0.5f), overlap, 2));
    float[][] half = {new float[length]};
    for (int i = 0; i < length; i++) {
      half[0][i] = tone[0][i] / 2;
    }
    // -90 dB of the voice's peak.
    assertClose(stems.vocals(), half, 0.25f * 3.16e-5f);
    assertClose(stems.accompaniment(), half, 0.25f * 3.16e-5f);
  }

  @Test
  void silenceOffsetAndFullScaleComeOutAsTheyAre() throws IOException {
    float[][] flat = {new float[20_000], new float[20_000], new float[20_000]};
    Arrays.fill(flat[1], 0.25f);
    for (int i = 0; i < 20_000; i++) {
      flat[2][i] = i / 50 % 2 == 0 ? 32_767 / 32_768f : -1;
    }
    Stems all = separate(flat, 44_100, SampleFormat.INT16, separator(constant(1), 4, 2));
    assertThat(all.vocals()).isDeepEqualTo(flat);
    Stems none = separate(flat, 44_100, SampleFormat.INT16, separator(constant(0), 4, 2));
    assertThat(none.accompaniment()).isDeepEqualTo(flat);
  }

  @Test
  void invertedMixtureGivesInvertedStemsAndMonoAsStereoTwiceTheSame() throws IOException {
    float[][] mono = noise(1, 30_000);
    float[][] inverted = {new float[30_000]};
    for (int i = 0; i < 30_000; i++) {
      inverted[0][i] = -mono[0][i];
    }
    Stems plain = separate(mono, 44_100, SampleFormat.FLOAT32, separator(uneven(), 4, 2));
    Stems negative = separate(inverted, 44_100, SampleFormat.FLOAT32, separator(uneven(), 4, 2));
    Stems twice =
        separate(
            new float[][] {mono[0], mono[0]},
            44_100,
            SampleFormat.FLOAT32,
            separator(uneven(), 4, 2));
    for (int i = 0; i < 30_000; i++) {
      assertThat(negative.vocals()[0][i]).isEqualTo(-plain.vocals()[0][i]);
    }
    assertThat(twice.vocals()[0]).isEqualTo(plain.vocals()[0]);
    assertThat(twice.vocals()[1]).isEqualTo(plain.vocals()[0]);
  }

  @Test
  void batchesChangeNothing() throws IOException {
    float[][] mixture = noise(2, 60_000);
    float[][] expected =
        separate(mixture, 44_100, SampleFormat.FLOAT32, separator(uneven(), 5, 1)).vocals();
    for (int batch : new int[] {2, 3, 4, 9, 100}) {
      assertThat(
              separate(mixture, 44_100, SampleFormat.FLOAT32, separator(uneven(), 5, batch))
                  .vocals())
          .isDeepEqualTo(expected);
    }
  }

  @Test
  void failureOfTheNetworkIsTheTracksFailure() {
    Network broken =
        network(
            (magnitudes, i) -> {
              throw new IllegalStateException("out of memory");
            });
    for (int length : new int[] {1000, 100_000}) {
      assertThatThrownBy(
              () ->
                  separate(noise(1, length), 44_100, SampleFormat.FLOAT32, separator(broken, 4, 2)))
          .hasMessageContaining("out of memory");
    }
  }

  @Test
  void valuesThatAreNotFiniteFailTheTrack() {
    Network divides = network((magnitudes, i) -> 1 / magnitudes[i]);
    assertThatThrownBy(
            () ->
                separate(
                    new float[1][5000], 44_100, SampleFormat.FLOAT32, separator(divides, 4, 2)))
        .hasMessageContaining("not finite");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void wienerFilterChangesStereoAloneAndKeepsTheSum(int channels) throws IOException {
    float[][] mixture = noise(channels, 60_000);
    Separator filtering =
        new Separator(
            STFT,
            NetworkSpec.unet(PATCH),
            uneven(),
            new SeparationConfig(Engine.CPU, Precision.AUTO, 0.25, 2, 1, true, OutputConfig.wav()));
    Stems filtered = separate(mixture, 44_100, SampleFormat.FLOAT32, filtering);
    Stems plain = separate(mixture, 44_100, SampleFormat.FLOAT32, separator(uneven(), 4, 2));
    assertThat(Arrays.equals(filtered.vocals()[0], plain.vocals()[0])).isEqualTo(channels != 2);
    for (int i = 0; i < 60_000; i++) {
      assertThat(filtered.vocals()[0][i] + filtered.accompaniment()[0][i])
          .isCloseTo(mixture[0][i], within(1e-6f));
    }
  }

  private static void assertClose(float[][] actual, float[][] expected, float tolerance) {
    for (int c = 0; c < expected.length; c++) {
      assertThat(actual[c]).hasSameSizeAs(expected[c]);
      float worst = 0;
      for (int i = 0; i < expected[c].length; i++) {
        worst = Math.max(worst, Math.abs(actual[c][i] - expected[c][i]));
      }
      assertThat(worst).isLessThanOrEqualTo(tolerance);
    }
  }

  private static float[][] onSteps(float[][] samples, SampleFormat format) {
    float scale = format.scale();
    for (float[] channel : samples) {
      for (int i = 0; i < channel.length; i++) {
        channel[i] = Math.round(channel[i] * (scale - 1)) / scale;
      }
    }
    return samples;
  }

  @ParameterizedTest
  @CsvSource({"INT16,44100", "INT24,44100", "INT16,48000", "INT24,22050", "FLOAT32,48000"})
  void stemsSumToTheMixture(SampleFormat format, int rate) throws IOException {
    float[][] noise = noise(2, 30_001);
    float[][] mixture = format.isInteger() ? onSteps(noise, format) : noise;
    Stems stems = separate(mixture, rate, format, separator(uneven(), 4, 2));
    for (int c = 0; c < 2; c++) {
      assertThat(stems.vocals()[c]).hasSize(30_001);
      for (int i = 0; i < 30_001; i++) {
        float sum = stems.vocals()[c][i] + stems.accompaniment()[c][i];
        assertThat(sum).isCloseTo(mixture[c][i], within(format.isInteger() ? 0f : 1e-6f));
      }
    }
  }

  @Test
  void resampledVoiceStaysInTime() throws IOException {
    float[][] mixture = {new float[48_000]};
    for (int i = 0; i < 48_000; i++) {
      mixture[0][i] = (float) (0.5 * Math.sin(2 * Math.PI * 997 * i / 48_000));
    }
    Stems stems = separate(mixture, 48_000, SampleFormat.FLOAT32, separator(constant(1), 4, 2));
    for (int i = 480; i < 47_520; i++) {
      assertThat(stems.vocals()[0][i]).isCloseTo(mixture[0][i], within(1e-3f));
    }
  }

  @ParameterizedTest
  @MethodSource("demoClips")
  void realClipsKeepFormatAndLength(Path clip) throws IOException {
    Waveform mixture = DemoClips.read(clip);
    SampleFormat format = mixture.format().sampleFormat();
    Stems stems =
        separate(
            mixture.samples(), mixture.format().sampleRate(), format, separator(uneven(), 4, 2));
    for (int c = 0; c < mixture.format().channels(); c++) {
      float[] expected = mixture.channel(c);
      assertThat(stems.vocals()[c]).hasSameSizeAs(expected);
      for (int i = 0; i < expected.length; i++) {
        assertThat(stems.vocals()[c][i] + stems.accompaniment()[c][i])
            .isCloseTo(expected[i], within(1.01f / format.scale()));
      }
    }
  }

  static Path[] demoClips() {
    return new Path[] {DemoClips.mixture(), DemoClips.mp3(), DemoClips.mono48kHz()};
  }

  @Test
  void clipFromAFileEqualsClipFromMemory() throws IOException {
    Waveform mixture = DemoClips.read(DemoClips.mixture());
    Stems fromMemory =
        separate(mixture.samples(), 44_100, SampleFormat.INT16, separator(uneven(), 4, 2));
    Stems fromFile = new Stems(2);
    try (AudioReader reader = FfmpegReader.open(DemoClips.mixture())) {
      separator(uneven(), 4, 2).separate(reader, fromFile);
    }
    assertThat(fromFile.vocals()).isDeepEqualTo(fromMemory.vocals());
  }

  /** Pieces that are separated on their own, and joined, are the whole, to the last bit. */
  @ParameterizedTest
  @CsvSource({
    "44100, 2, 4, 2, 3",
    "44100, 1, 0, 6, 5",
    "44100, 3, 7, 1, 2",
    "22050, 2, 8, 4, 4",
    "48000, 2, 4, 2, 2",
    "96000, 1, 4, 3, 2"
  })
  void piecesJoinToTheWhole(int rate, int channels, int overlap, int batch, int wanted)
      throws IOException {
    SeparationConfig config = config(overlap, batch);
    Separator separator = separator(uneven(), overlap, batch);
    AudioFormat format = new AudioFormat(rate, channels, SampleFormat.INT16);
    Cut cut = Cut.of(STFT, NetworkSpec.unet(PATCH), config, format);
    int length = Math.toIntExact(20 * cut.context() * wanted + cut.unit() / 2 + 17);
    float[][] mixture = onSteps(noise(channels, length), SampleFormat.INT16);

    Stems whole = separate(mixture, rate, SampleFormat.INT16, separator);
    List<AudioReader> pieces = new ArrayList<>();
    for (Piece piece : cut.pieces(length, wanted)) {
      Stems stems = new Stems(channels);
      separator.estimate(new MemoryReader(mixture, rate, SampleFormat.INT16), piece, stems);
      pieces.add(new MemoryReader(stems.vocals(), rate, SampleFormat.FLOAT32));
    }
    assertThat(pieces).hasSize(wanted);
    Stems joined = new Stems(channels);
    SeparationResult result =
        separator.join(
            new MemoryReader(mixture, rate, SampleFormat.INT16), new JoinedReader(pieces), joined);

    assertThat(result.samples()).isEqualTo(length);
    assertThat(joined.vocals()).isDeepEqualTo(whole.vocals());
    assertThat(joined.accompaniment()).isDeepEqualTo(whole.accompaniment());
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.7, 3})
  void aWrongGuessOfTheLengthLosesNothing(double share) throws IOException {
    AudioFormat format = new AudioFormat(44_100, 1, SampleFormat.INT16);
    Separator separator = separator(uneven(), 4, 2);
    Cut cut = Cut.of(STFT, NetworkSpec.unet(PATCH), config(4, 2), format);
    float[][] mixture = onSteps(noise(1, (int) (60 * cut.context())), SampleFormat.INT16);
    Stems whole = separate(mixture, 44_100, SampleFormat.INT16, separator);
    List<AudioReader> pieces = new ArrayList<>();
    for (Piece piece : cut.pieces(Math.round(share * mixture[0].length), 3)) {
      Stems stems = new Stems(1);
      separator.estimate(new MemoryReader(mixture, 44_100, SampleFormat.INT16), piece, stems);
      pieces.add(new MemoryReader(stems.vocals(), 44_100, SampleFormat.FLOAT32));
    }
    Stems joined = new Stems(1);
    separator.join(
        new MemoryReader(mixture, 44_100, SampleFormat.INT16), new JoinedReader(pieces), joined);
    assertThat(joined.vocals()).isDeepEqualTo(whole.vocals());
  }

  @Test
  void shortTracksAreNotCut() {
    AudioFormat format = new AudioFormat(44_100, 2, SampleFormat.INT16);
    Cut cut = Cut.of(STFT, NetworkSpec.unet(PATCH), config(4, 2), format);
    assertThat(cut.pieces(-1, 8)).hasSize(1);
    assertThat(cut.pieces(0, 8)).hasSize(1);
    assertThat(cut.pieces(39 * cut.context(), 8)).hasSize(1);
    assertThat(cut.pieces(60 * cut.context(), 8)).hasSize(3);
    assertThat(cut.pieces(1000 * cut.context(), 8)).hasSize(8);
  }

  private static Stems separate(
      float[][] mixture, int rate, SampleFormat format, Separator separator) throws IOException {
    Stems stems = new Stems(mixture.length);
    SeparationResult result = separator.separate(new MemoryReader(mixture, rate, format), stems);
    assertThat(result.samples()).isEqualTo(mixture[0].length);
    return stems;
  }

  private static float[][] noise(int channels, int length) {
    Random random = new Random(length);
    float[][] samples = new float[channels][length];
    for (float[] channel : samples) {
      for (int i = 0; i < length; i++) {
        channel[i] = random.nextFloat() * 2 - 1;
      }
    }
    return samples;
  }

  private static final class Stems implements StemSink {
    private final Samples[] vocals;
    private final Samples[] accompaniment;

    Stems(int channels) {
      vocals = Stream.generate(Samples::new).limit(channels).toArray(Samples[]::new);
      accompaniment = Stream.generate(Samples::new).limit(channels).toArray(Samples[]::new);
    }

    float[][] vocals() {
      return Arrays.stream(vocals).map(Samples::all).toArray(float[][]::new);
    }

    float[][] accompaniment() {
      return Arrays.stream(accompaniment).map(Samples::all).toArray(float[][]::new);
    }

    @Override
    public void write(float[][] newVocals, float[][] newAccompaniment, long position, int length) {
      assertThat(position).isEqualTo(vocals[0].length);
      for (int c = 0; c < vocals.length; c++) {
        vocals[c].add(newVocals[c], length);
        accompaniment[c].add(newAccompaniment[c], length);
      }
    }
  }

  private static final class Samples {
    private float[] samples = new float[0];
    private int length;

    void add(float[] more, int count) {
      if (length + count > samples.length) {
        samples = Arrays.copyOf(samples, 2 * (length + count));
      }
      System.arraycopy(more, 0, samples, length, count);
      length += count;
    }

    float[] all() {
      if (samples.length != length) {
        samples = Arrays.copyOf(samples, length);
      }
      return samples;
    }
  }
}
