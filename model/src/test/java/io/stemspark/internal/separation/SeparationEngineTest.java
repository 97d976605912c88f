package io.stemspark.internal.separation;

import static io.stemspark.internal.separation.SmallSeparation.PATCH;
import static io.stemspark.internal.separation.SmallSeparation.STFT;
import static io.stemspark.internal.separation.SmallSeparation.constant;
import static io.stemspark.internal.separation.SmallSeparation.network;
import static io.stemspark.internal.separation.SmallSeparation.noise;
import static io.stemspark.internal.separation.SmallSeparation.onSteps;
import static io.stemspark.internal.separation.SmallSeparation.refining;
import static io.stemspark.internal.separation.SmallSeparation.separate;
import static io.stemspark.internal.separation.SmallSeparation.separator;
import static io.stemspark.internal.separation.SmallSeparation.uneven;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.stemspark.DemoClips;
import io.stemspark.audio.AudioReader;
import io.stemspark.audio.SampleFormat;
import io.stemspark.internal.audio.Waveform;
import io.stemspark.internal.ffmpeg.FfmpegReader;
import io.stemspark.internal.network.UnsoundEstimateException;
import io.stemspark.internal.onnx.Network;
import io.stemspark.network.InferenceBackend;
import io.stemspark.network.NetworkSpec;
import io.stemspark.network.Precision;
import io.stemspark.patch.PatchConfig;
import io.stemspark.separation.OutputConfig;
import io.stemspark.separation.SeparationConfig;
import io.stemspark.spectrogram.Spectrogram;
import io.stemspark.spectrogram.Stft;
import io.stemspark.spectrogram.StftConfig;
import io.stemspark.spectrogram.StftConfig.Window;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SeparationEngineTest {
  /**
   * Whatever the sample rate, the length, from nothing to ten windows, the channels, the overlap
   * and the batch.
   */
  @ParameterizedTest
  @ValueSource(ints = {44_100, 48_000, 22_050, 96_000, 8_000})
  void allOnesMaskReturnsTheMixtureExactly(int rate) throws IOException {
    Random random = new Random(4);
    int window = PATCH.frames() * STFT.hopLength();
    for (int trial = 0; trial < 120; trial++) {
      int length = trial < 6 ? trial : random.nextInt(10 * window);
      int channels = 1 + random.nextInt(trial % 3 == 0 ? 8 : 2);
      SampleFormat format = random.nextBoolean() ? SampleFormat.INT16 : SampleFormat.INT24;
      float[][] mixture = onSteps(noise(channels, length), format);
      int overlap = random.nextInt(PATCH.frames() / 2 + 1);
      int batch = 1 + random.nextInt(6);

      CollectedStems stems =
          separate(mixture, rate, format, separator(constant(1), overlap, batch));

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

  /** The sizes that models have by default; ten windows. */
  @ParameterizedTest
  @EnumSource(SampleFormat.class)
  void allOnesMaskReturnsTheMixtureInDefaultSizes(SampleFormat format) throws IOException {
    PatchConfig patch = new PatchConfig(128, 1024);
    StftConfig stft = new StftConfig(44_100, 4096, 1024, Window.HANN);
    float[][] mixture = noise(2, 10 * patch.frames() * stft.hopLength());
    if (format.isInteger()) {
      onSteps(mixture, format);
    }
    SeparationEngine separator =
        new SeparationEngine(
            stft, NetworkSpec.Patches.unet(patch), constant(1), SmallSeparation.config(2, 2));
    CollectedStems stems = separate(mixture, 44_100, format, separator);
    if (format == SampleFormat.INT16) {
      assertThat(stems.vocals()).isDeepEqualTo(mixture);
    } else {
      assertClose(stems.vocals(), mixture, 4 / SampleFormat.INT24.scale());
    }
  }

  /**
   * A network whose mask rises from the first frame of a patch to its last: neighbouring windows
   * contradict each other, so every frame they share shows how one fades into the other.
   */
  @ParameterizedTest
  @CsvSource({"0, 2", "1, 2", "3, 1", "8, 6"})
  void windowsFadeIntoEachOther(int overlap, int batch) throws IOException {
    int step = PATCH.frames() - overlap;
    for (int windows = 1; windows <= 7; windows++) {
      // The frames of so many windows, with which a track may end, and one more or less.
      int frames = windows * step + overlap;
      for (int more = -1; more <= 1; more++) {
        assertWindowsFadeIntoEachOther(overlap, batch, frames + more);
      }
    }
  }

  private static void assertWindowsFadeIntoEachOther(int overlap, int batch, int frames)
      throws IOException {
    float[][] mixture = noise(1, lengthOf(frames));
    CollectedStems stems =
        separate(mixture, 44_100, SampleFormat.FLOAT32, separator(rising(), overlap, batch));

    Spectrogram spectrogram = new Stft(STFT).forward(mixture[0]);
    assertThat(spectrogram.frames()).isEqualTo(frames);
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

  /** The shortest length of so many frames. */
  private static int lengthOf(int frames) {
    int length = 1;
    while (STFT.frames(length) < frames) {
      length++;
    }
    return length;
  }

  private static Network rising() {
    return network((magnitudes, i) -> risingMask(i / PATCH.bins() % PATCH.frames()));
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
    CollectedStems stems =
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
    CollectedStems all = separate(flat, 44_100, SampleFormat.INT16, separator(constant(1), 4, 2));
    assertThat(all.vocals()).isDeepEqualTo(flat);
    CollectedStems none = separate(flat, 44_100, SampleFormat.INT16, separator(constant(0), 4, 2));
    assertThat(none.accompaniment()).isDeepEqualTo(flat);
  }

  @Test
  void invertedMixtureGivesInvertedCollectedStemsAndMonoAsStereoTwiceTheSame() throws IOException {
    float[][] mono = noise(1, 30_000);
    float[][] inverted = {new float[30_000]};
    for (int i = 0; i < 30_000; i++) {
      inverted[0][i] = -mono[0][i];
    }
    CollectedStems plain = separate(mono, 44_100, SampleFormat.FLOAT32, separator(uneven(), 4, 2));
    CollectedStems negative =
        separate(inverted, 44_100, SampleFormat.FLOAT32, separator(uneven(), 4, 2));
    CollectedStems twice =
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

  @ParameterizedTest
  @ValueSource(ints = {16, 27, 38, 39, 60, 234})
  void batchesChangeNothing(int frames) throws IOException {
    float[][] mixture = noise(2, lengthOf(frames));
    float[][] expected =
        separate(mixture, 44_100, SampleFormat.FLOAT32, separator(rising(), 5, 1)).vocals();
    for (int batch : new int[] {2, 3, 4, 9, 100}) {
      assertThat(
              separate(mixture, 44_100, SampleFormat.FLOAT32, separator(rising(), 5, batch))
                  .vocals())
          .isDeepEqualTo(expected);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {16, 27, 60, 234})
  void batchesChangeNothingThatAWienerFilterRefines(int frames) throws IOException {
    float[][] mixture = noise(2, lengthOf(frames));
    float[][] expected =
        separate(mixture, 44_100, SampleFormat.FLOAT32, refining(rising(), 5, 1)).vocals();
    for (int batch : new int[] {3, 4, 9, 100}) {
      assertThat(
              separate(mixture, 44_100, SampleFormat.FLOAT32, refining(rising(), 5, batch))
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
        .isInstanceOf(UnsoundEstimateException.class)
        .hasMessageContaining("not finite");
  }

  /** In a later block, in a window that is not a block's first, and in what fills the last up. */
  @ParameterizedTest
  @CsvSource({
    "60000, 30000, 2",
    "60000, 30000, 6",
    "64000, 0, 2",
    "64000, 0, 6",
  })
  void valuesThatAreNotFiniteAreNeverWritten(int noisy, int silent, int batch) {
    Network divides = network((magnitudes, i) -> magnitudes[i] == 0 ? Float.NaN : 0.5f);
    float[][] mixture = new float[2][noisy + silent];
    for (int c = 0; c < 2; c++) {
      System.arraycopy(noise(2, noisy)[c], 0, mixture[c], 0, noisy);
    }
    for (SeparationEngine separator :
        List.of(separator(divides, 4, batch), refining(divides, 4, batch))) {
      CollectedStems stems = new CollectedStems(2);
      assertThatThrownBy(
              () ->
                  separator.separate(
                      new MemoryReader(mixture, 44_100, SampleFormat.FLOAT32), stems))
          .isInstanceOf(UnsoundEstimateException.class);
      assertThat(stems.vocals()[0].length).isPositive();
      for (float sample : stems.vocals()[0]) {
        assertThat(sample).isFinite();
      }
    }
  }

  @Test
  void moreThanABufferHoldsIsRefused() {
    NetworkSpec.Patches large = NetworkSpec.Patches.unet(new PatchConfig(1024, 2048));
    SmallSeparation.config(4, 255).requireFits(large);
    assertThatThrownBy(() -> SmallSeparation.config(4, 256).requireFits(large))
        .hasMessageContaining("batch-patches = 256")
        .hasMessageContaining("Expected at most 255.");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void wienerFilterChangesStereoAloneAndKeepsTheSum(int channels) throws IOException {
    float[][] mixture = noise(channels, 60_000);
    SeparationEngine filtering =
        new SeparationEngine(
            STFT,
            NetworkSpec.Patches.unet(PATCH),
            uneven(),
            new SeparationConfig(
                InferenceBackend.CPU, Precision.AUTO, 0.25, 2, true, OutputConfig.wav()));
    CollectedStems filtered = separate(mixture, 44_100, SampleFormat.FLOAT32, filtering);
    CollectedStems plain =
        separate(mixture, 44_100, SampleFormat.FLOAT32, separator(uneven(), 4, 2));
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

  @ParameterizedTest
  @CsvSource({"INT16,44100", "INT24,44100", "INT16,48000", "INT24,22050", "FLOAT32,48000"})
  void stemsSumToTheMixture(SampleFormat format, int rate) throws IOException {
    float[][] noise = noise(2, 30_001);
    float[][] mixture = format.isInteger() ? onSteps(noise, format) : noise;
    CollectedStems stems = separate(mixture, rate, format, separator(uneven(), 4, 2));
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
    float[][] mixture = {tone(997, 48_000, 48_000)};
    CollectedStems stems =
        separate(mixture, 48_000, SampleFormat.FLOAT32, separator(constant(1), 4, 2));
    assertClose(stems.vocals(), mixture, 1e-6f);
  }

  /** What the model's sample rate cannot hold gets the share that the voice has below it. */
  @ParameterizedTest
  @CsvSource({"0, 30000", "0.5, 30000", "1, 30000", "0.5, 21900", "0.5, 997"})
  void aboveTheModelsRateTheVoiceKeepsItsShare(float share, int hertz) throws IOException {
    float[] low = tone(997, 96_000, 30_000);
    float[] tone = tone(hertz, 96_000, 30_000);
    float[] mixture = new float[30_000];
    float[] expected = new float[30_000];
    for (int i = 0; i < mixture.length; i++) {
      mixture[i] = low[i] + tone[i];
      expected[i] = share * mixture[i];
    }
    CollectedStems stems =
        separate(
            new float[][] {mixture},
            96_000,
            SampleFormat.FLOAT32,
            separator(constant(share), 4, 2));
    assertClose(stems.vocals(), new float[][] {expected}, 1e-5f);
  }

  private static float[] tone(int hertz, int rate, int length) {
    float[] samples = new float[length];
    for (int i = 0; i < length; i++) {
      samples[i] = (float) (0.4 * Math.sin(2 * Math.PI * hertz * i / rate));
    }
    return samples;
  }

  @ParameterizedTest
  @MethodSource("demoClips")
  void realClipsKeepFormatAndLength(Path clip) throws IOException {
    Waveform mixture = DemoClips.read(clip);
    SampleFormat format = mixture.format().sampleFormat();
    CollectedStems stems =
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
    CollectedStems fromMemory =
        separate(mixture.samples(), 44_100, SampleFormat.INT16, separator(uneven(), 4, 2));
    CollectedStems fromFile = new CollectedStems(2);
    try (AudioReader reader = FfmpegReader.open(DemoClips.mixture())) {
      separator(uneven(), 4, 2).separate(reader, fromFile);
    }
    assertThat(fromFile.vocals()).isDeepEqualTo(fromMemory.vocals());
  }
}
