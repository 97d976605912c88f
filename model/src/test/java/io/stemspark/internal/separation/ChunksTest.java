package io.stemspark.internal.separation;

import static io.stemspark.internal.separation.SmallSeparation.PATCH;
import static io.stemspark.internal.separation.SmallSeparation.STFT;
import static io.stemspark.internal.separation.SmallSeparation.config;
import static io.stemspark.internal.separation.SmallSeparation.noise;
import static io.stemspark.internal.separation.SmallSeparation.onSteps;
import static io.stemspark.internal.separation.SmallSeparation.separate;
import static io.stemspark.internal.separation.SmallSeparation.separator;
import static io.stemspark.internal.separation.SmallSeparation.uneven;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.stemspark.audio.AudioFormat;
import io.stemspark.audio.AudioReader;
import io.stemspark.audio.SampleFormat;
import io.stemspark.internal.audio.JoinedReader;
import io.stemspark.network.NetworkSpec;
import io.stemspark.separation.SeparationConfig;
import io.stemspark.separation.SeparationResult;
import io.stemspark.separation.StemQuality;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Long tracks in chunks. */
class ChunksTest {
  /** Chunks that are separated on their own, and joined, are the whole, to the last bit. */
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
    SeparationEngine separator = separator(uneven(), overlap, batch);
    AudioFormat format = new AudioFormat(rate, channels, SampleFormat.INT16);
    ChunkPlanner cut = ChunkPlanner.of(STFT, NetworkSpec.Patches.unet(PATCH), config, format);
    int length = Math.toIntExact(20 * cut.context() * wanted + cut.unit() / 2 + 17);
    float[][] mixture = onSteps(noise(channels, length), SampleFormat.INT16);

    CollectedStems whole = separate(mixture, rate, SampleFormat.INT16, separator);
    List<AudioReader> chunks = new ArrayList<>();
    for (Chunk chunk : cut.chunks(length, wanted)) {
      CollectedStems stems = new CollectedStems(channels);
      separator.estimate(new MemoryReader(mixture, rate, SampleFormat.INT16), chunk, stems);
      chunks.add(new MemoryReader(stems.vocals(), rate, SampleFormat.FLOAT32));
    }
    assertThat(chunks).hasSize(wanted);
    CollectedStems joined = new CollectedStems(channels);
    SeparationResult result =
        separator.join(
            new MemoryReader(mixture, rate, SampleFormat.INT16),
            List.of(new JoinedReader(chunks)),
            joined);

    assertThat(result.samples()).isEqualTo(length);
    assertThat(joined.vocals()).isDeepEqualTo(whole.vocals());
    assertThat(joined.accompaniment()).isDeepEqualTo(whole.accompaniment());
    StemQuality quality =
        separator
            .separate(
                new MemoryReader(mixture, rate, SampleFormat.INT16), new CollectedStems(channels))
            .quality();
    assertThat(result.quality().correlation()).isCloseTo(quality.correlation(), within(1e-9));
    assertThat(result.quality().vocalShare()).isCloseTo(quality.vocalShare(), within(1e-9));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.7, 3})
  void aWrongGuessOfTheLengthLosesNothing(double share) throws IOException {
    AudioFormat format = new AudioFormat(44_100, 1, SampleFormat.INT16);
    SeparationEngine separator = separator(uneven(), 4, 2);
    ChunkPlanner cut = ChunkPlanner.of(STFT, NetworkSpec.Patches.unet(PATCH), config(4, 2), format);
    float[][] mixture = onSteps(noise(1, (int) (60 * cut.context())), SampleFormat.INT16);
    CollectedStems whole = separate(mixture, 44_100, SampleFormat.INT16, separator);
    List<AudioReader> chunks = new ArrayList<>();
    for (Chunk chunk : cut.chunks(Math.round(share * mixture[0].length), 3)) {
      CollectedStems stems = new CollectedStems(1);
      separator.estimate(new MemoryReader(mixture, 44_100, SampleFormat.INT16), chunk, stems);
      chunks.add(new MemoryReader(stems.vocals(), 44_100, SampleFormat.FLOAT32));
    }
    CollectedStems joined = new CollectedStems(1);
    separator.join(
        new MemoryReader(mixture, 44_100, SampleFormat.INT16),
        List.of(new JoinedReader(chunks)),
        joined);
    assertThat(joined.vocals()).isDeepEqualTo(whole.vocals());
  }

  @Test
  void shortTracksAreNotCut() {
    AudioFormat format = new AudioFormat(44_100, 2, SampleFormat.INT16);
    ChunkPlanner cut = ChunkPlanner.of(STFT, NetworkSpec.Patches.unet(PATCH), config(4, 2), format);
    assertThat(cut.chunks(-1, 8)).hasSize(1);
    assertThat(cut.chunks(0, 8)).hasSize(1);
    assertThat(cut.chunks(39 * cut.context(), 8)).hasSize(1);
    assertThat(cut.chunks(60 * cut.context(), 8)).hasSize(3);
    assertThat(cut.chunks(1000 * cut.context(), 8)).hasSize(8);
  }
}
