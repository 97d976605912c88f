package io.stemspark.internal.separation;

import static io.stemspark.internal.separation.SmallSeparation.PATCH;
import static io.stemspark.internal.separation.SmallSeparation.STFT;
import static io.stemspark.internal.separation.SmallSeparation.noise;
import static io.stemspark.internal.separation.SmallSeparation.onSteps;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.stemspark.audio.AudioReader;
import io.stemspark.audio.Container;
import io.stemspark.audio.Encoding;
import io.stemspark.audio.SampleFormat;
import io.stemspark.internal.audio.JoinedReader;
import io.stemspark.internal.network.StemSet;
import io.stemspark.internal.onnx.Network;
import io.stemspark.network.InferenceBackend;
import io.stemspark.network.NetworkSpec;
import io.stemspark.network.NetworkSpec.Axes;
import io.stemspark.network.NetworkSpec.Input;
import io.stemspark.network.NetworkSpec.Output;
import io.stemspark.network.Precision;
import io.stemspark.network.Stem;
import io.stemspark.separation.OutputConfig;
import io.stemspark.separation.OutputConfig.BitDepth;
import io.stemspark.separation.OutputConfig.Clipping;
import io.stemspark.separation.OutputConfig.StemSelection;
import io.stemspark.separation.SeparationConfig;
import io.stemspark.separation.SeparationResult;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Networks that give masks of four stems. */
class SeveralStemsTest {
  private static final Stem DRUMS = new Stem("drums");
  private static final Stem BASS = new Stem("bass");
  private static final List<Stem> STEMS = List.of(DRUMS, BASS, Stem.OTHER, Stem.VOCALS);
  private static final float[] SHARES = {0.25f, 0.125f, 0.125f, 0.5f};

  /** Gives each stem a share of all that sounds. */
  private record Shares(NetworkSpec.Patches spec) implements Network {
    @Override
    public void run(float[] input, int batch, float[] output) {
      int stem = spec.outputSize() / STEMS.size();
      for (int from = 0; from < batch * spec.outputSize(); from += stem) {
        Arrays.fill(output, from, from + stem, SHARES[from / stem % STEMS.size()]);
      }
    }

    @Override
    public void close() {}
  }

  private static SeparationEngine engine(int channels, StemSelection stems) {
    NetworkSpec.Patches spec =
        new NetworkSpec.Patches(
            Input.MAGNITUDE, Output.MASK, STEMS, channels, PATCH, Axes.FRAMES_BINS, 1, 1);
    OutputConfig output =
        new OutputConfig(
            stems, Encoding.of(Container.WAV), BitDepth.SOURCE, Clipping.LIMIT, false, false);
    SeparationConfig config =
        new SeparationConfig(InferenceBackend.CPU, Precision.AUTO, 0.25, 3, false, output);
    return new SeparationEngine(STFT, spec, new Shares(spec), config.of(STEMS));
  }

  private static MemoryReader reader(float[][] mixture, int rate) {
    return new MemoryReader(mixture, rate, SampleFormat.INT16);
  }

  @ParameterizedTest
  @CsvSource({"44100,2,2", "44100,1,2", "48000,2,2", "22050,3,1", "8000,1,1", "96000,6,2"})
  void stemsSumToTheMixtureExactly(int rate, int channels, int ofNetwork) throws IOException {
    float[][] mixture = onSteps(noise(channels, 20_000), SampleFormat.INT16);
    CollectedStems stems = new CollectedStems(channels);
    SeparationResult result =
        engine(ofNetwork, StemSelection.ALL).separate(reader(mixture, rate), stems);
    for (int c = 0; c < channels; c++) {
      for (int i = 0; i < mixture[c].length; i++) {
        float sum = 0;
        for (int stem = 0; stem < STEMS.size(); stem++) {
          sum += stems.stem(stem)[c][i];
          assertThat(stems.stem(stem)[c][i]).isCloseTo(SHARES[stem] * mixture[c][i], within(2e-4f));
        }
        assertThat(sum).isEqualTo(mixture[c][i]);
      }
    }
    assertThat(result.quality().shares()).containsOnlyKeys("drums", "bass", "other", "vocals");
    double energy = 0.0625 + 2 * 0.015625 + 0.25;
    assertThat(result.quality().vocalShare()).isCloseTo(0.25 / energy, within(1e-3));
    assertThat(result.quality().correlation()).isCloseTo(1, within(1e-3));
    assertThat(result.quality().clipped()).containsEntry("bass", 0L).hasSize(4);
  }

  @Test
  void whatIsWantedIsWhatItIsAmongAll() throws IOException {
    float[][] mixture = onSteps(noise(2, 9000), SampleFormat.INT16);
    CollectedStems all = new CollectedStems(2);
    engine(2, StemSelection.ALL).separate(reader(mixture, 44_100), all);
    CollectedStems two = new CollectedStems(2);
    SeparationEngine engine = engine(2, StemSelection.of(Stem.VOCALS, DRUMS));
    SeparationResult result = engine.separate(reader(mixture, 44_100), two);
    assertThat(engine.estimated()).containsExactly(DRUMS, Stem.VOCALS);
    assertThat(two.stem(0)).isDeepEqualTo(all.stem(3));
    assertThat(two.stem(1)).isDeepEqualTo(all.stem(0));
    assertThat(result.quality().shares()).containsOnlyKeys("drums", "vocals");
  }

  @Test
  void theAccompanimentIsWhatTheVocalsLeave() throws IOException {
    float[][] mixture = onSteps(noise(2, 9000), SampleFormat.INT16);
    for (Stem[] wanted :
        List.of(
            new Stem[] {Stem.VOCALS, Stem.ACCOMPANIMENT},
            new Stem[] {Stem.VOCALS, Stem.ACCOMPANIMENT, BASS})) {
      CollectedStems stems = new CollectedStems(2);
      engine(1, StemSelection.of(wanted)).separate(reader(mixture, 44_100), stems);
      for (int i = 0; i < 9000; i++) {
        assertThat(stems.stem(0)[1][i] + stems.stem(1)[1][i]).isEqualTo(mixture[1][i]);
      }
    }
  }

  @Test
  void chunksJoinToTheWhole() throws IOException {
    SeparationEngine engine = engine(2, StemSelection.ALL);
    float[][] mixture = onSteps(noise(2, 900_000), SampleFormat.INT16);
    CollectedStems whole = new CollectedStems(2);
    engine.separate(reader(mixture, 44_100), whole);
    List<List<AudioReader>> estimates = new ArrayList<>();
    engine.estimated().forEach(stem -> estimates.add(new ArrayList<>()));
    List<Chunk> chunks = engine.cut(reader(mixture, 44_100), 3);
    assertThat(chunks).hasSizeGreaterThan(1);
    for (Chunk chunk : chunks) {
      CollectedStems stems = new CollectedStems(2);
      engine.estimate(reader(mixture, 44_100), chunk, stems);
      for (int stem = 0; stem < estimates.size(); stem++) {
        estimates.get(stem).add(new MemoryReader(stems.stem(stem), 44_100, SampleFormat.FLOAT32));
      }
    }
    CollectedStems joined = new CollectedStems(2);
    List<AudioReader> readers = new ArrayList<>();
    estimates.forEach(parts -> readers.add(new JoinedReader(parts)));
    engine.join(reader(mixture, 44_100), readers, joined);
    for (int stem = 0; stem < STEMS.size(); stem++) {
      assertThat(joined.stem(stem)).isDeepEqualTo(whole.stem(stem));
    }
  }

  @Test
  void whatTheModelHasNotIsRefused() {
    assertThatThrownBy(() -> engine(1, StemSelection.of(new Stem("piano"))))
        .hasMessage(
            "stemspark.output.stems has piano, but the model gives [drums, bass, other, vocals].");
  }

  @Test
  void fourStemsHoldFourTimesFullScale() throws IOException {
    StemPlan plan = StemPlan.of(StemSet.of(STEMS), StemSelection.ALL);
    ExactSumQuantizer split = new ExactSumQuantizer(SampleFormat.INT16, Clipping.LIMIT, plan);
    float[][] direct = {{3, -0.5f}, {0, 0.5f}, {0.25f, 1.5f}};
    float[] other = new float[2];
    split.split(new float[] {3.5f, -1}, direct, other, 2, 0);
    for (int i = 0; i < 2; i++) {
      float sum = direct[0][i] + direct[1][i] + direct[2][i] + other[i];
      assertThat(sum).isEqualTo(i == 0 ? 3.5f : -1);
      for (float[] stem : direct) {
        assertThat(stem[i]).isBetween(-1f, 32767 / 32768f);
      }
      assertThat(other[i]).isBetween(-1f, 32767 / 32768f);
    }
    assertThat(split.clipped())
        .containsEntry("drums", 1L)
        .containsEntry("vocals", 1L)
        .containsEntry("other", 1L)
        .containsEntry("bass", 0L);
  }
}
