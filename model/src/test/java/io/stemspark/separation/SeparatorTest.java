package io.stemspark.separation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.stemspark.DemoClips;
import io.stemspark.audio.AudioFormat;
import io.stemspark.audio.AudioReader;
import io.stemspark.audio.FfmpegReader;
import io.stemspark.audio.SampleFormat;
import io.stemspark.audio.Tags;
import io.stemspark.audio.Waveform;
import io.stemspark.network.Engine;
import io.stemspark.network.Network;
import io.stemspark.network.NetworkSpec;
import io.stemspark.network.Precision;
import io.stemspark.patch.PatchConfig;
import io.stemspark.spectrogram.StftConfig;
import io.stemspark.spectrogram.Window;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

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

  private static Separator separator(Network network, int overlap) {
    return new Separator(
        STFT,
        NetworkSpec.unet(PATCH),
        network,
        new SeparationConfig(Engine.CPU, Precision.AUTO, overlap, 2, 1, false, OutputConfig.wav()));
  }

  @ParameterizedTest
  @CsvSource({
    "0,1,0",
    "1,2,4",
    "127,1,4",
    "128,2,0",
    "2048,1,8",
    "2049,3,4",
    "12345,2,7",
    "40000,1,8"
  })
  void allOnesMaskReturnsTheMixture(int length, int channels, int overlap) throws IOException {
    float[][] mixture = noise(channels, length);
    Stems stems = separate(mixture, 44_100, SampleFormat.FLOAT32, overlap, constant(1));
    for (int c = 0; c < channels; c++) {
      assertThat(stems.vocals[c]).hasSize(length);
      for (int i = 0; i < length; i++) {
        assertThat(stems.vocals[c][i]).isCloseTo(mixture[c][i], within(2e-6f));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"INT16,44100", "INT24,44100", "INT16,48000", "INT24,22050", "FLOAT32,48000"})
  void stemsSumToTheMixture(SampleFormat format, int rate) throws IOException {
    float[][] mixture = noise(2, 30_001);
    float scale = format.scale();
    for (float[] channel : mixture) {
      for (int i = 0; i < channel.length; i++) {
        channel[i] = format.isInteger() ? Math.round(channel[i] * (scale - 1)) / scale : channel[i];
      }
    }
    Stems stems = separate(mixture, rate, format, 4, uneven());
    for (int c = 0; c < 2; c++) {
      assertThat(stems.vocals[c]).hasSize(30_001);
      for (int i = 0; i < 30_001; i++) {
        float sum = stems.vocals[c][i] + stems.accompaniment[c][i];
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
    Stems stems = separate(mixture, 48_000, SampleFormat.FLOAT32, 4, constant(1));
    for (int i = 480; i < 47_520; i++) {
      assertThat(stems.vocals[0][i]).isCloseTo(mixture[0][i], within(1e-3f));
    }
  }

  @ParameterizedTest
  @MethodSource("demoClips")
  void realClipsKeepFormatAndLength(Path clip) throws IOException {
    Waveform mixture = DemoClips.read(clip);
    SampleFormat format = mixture.format().sampleFormat();
    Stems stems = separate(mixture.samples(), mixture.format().sampleRate(), format, 4, uneven());
    for (int c = 0; c < mixture.format().channels(); c++) {
      float[] expected = mixture.channel(c);
      assertThat(stems.vocals[c]).hasSameSizeAs(expected);
      for (int i = 0; i < expected.length; i++) {
        assertThat(stems.vocals[c][i] + stems.accompaniment[c][i])
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
    Stems fromMemory = separate(mixture.samples(), 44_100, SampleFormat.INT16, 4, uneven());
    Stems fromFile = new Stems(2);
    try (AudioReader reader = FfmpegReader.open(DemoClips.mixture())) {
      separator(uneven(), 4).separate(reader, fromFile);
    }
    assertThat(fromFile.vocals).isDeepEqualTo(fromMemory.vocals);
  }

  @Test
  void refusesAnOverlapOfMoreThanHalfAPatch() {
    assertThatThrownBy(() -> separator(constant(1), 9))
        .hasMessageContaining("overlap of 0 to 8 frames");
  }

  private static Stems separate(
      float[][] mixture, int rate, SampleFormat format, int overlap, Network network)
      throws IOException {
    Stems stems = new Stems(mixture.length);
    AudioReader reader = new MemoryReader(mixture, rate, format);
    SeparationResult result = separator(network, overlap).separate(reader, stems);
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
    private float[][] vocals;
    private float[][] accompaniment;

    Stems(int channels) {
      vocals = new float[channels][0];
      accompaniment = new float[channels][0];
    }

    @Override
    public void write(float[][] newVocals, float[][] newAccompaniment, long position, int length) {
      for (int c = 0; c < vocals.length; c++) {
        vocals[c] = append(vocals[c], newVocals[c], length);
        accompaniment[c] = append(accompaniment[c], newAccompaniment[c], length);
      }
    }

    private static float[] append(float[] head, float[] tail, int length) {
      float[] joined = Arrays.copyOf(head, head.length + length);
      System.arraycopy(tail, 0, joined, head.length, length);
      return joined;
    }
  }

  /** Hands samples out in pieces of changing size. */
  private static final class MemoryReader implements AudioReader {
    private final float[][] samples;
    private final AudioFormat format;
    private final Random random = new Random(1);
    private int at;

    MemoryReader(float[][] samples, int rate, SampleFormat format) {
      this.samples = samples;
      this.format = new AudioFormat(rate, samples.length, format);
    }

    @Override
    public AudioFormat format() {
      return format;
    }

    @Override
    public Tags tags() {
      return Tags.NONE;
    }

    @Override
    public int read(float[][] into) {
      int left = samples[0].length - at;
      if (left == 0) {
        return -1;
      }
      int n = Math.min(left, 1 + random.nextInt(into[0].length));
      for (int c = 0; c < samples.length; c++) {
        System.arraycopy(samples[c], at, into[c], 0, n);
      }
      at += n;
      return n;
    }

    @Override
    public void close() {}
  }
}
