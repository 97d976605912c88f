package io.stemspark.spectrogram;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StftTest {
  private static final StftConfig CONFIG = new StftConfig(44_100, 512, 128);

  @ParameterizedTest
  @CsvSource({"16,4", "64,8", "512,128", "2048,512", "4096,1024"})
  void roundTripIsExactToTheFirstAndLastSample(int fftSize, int hop) {
    Stft stft = new Stft(new StftConfig(44_100, fftSize, hop));
    for (int length :
        new int[] {0, 1, hop - 1, hop, fftSize + 3, 20_000, 20 * hop - 1, 20 * hop + 1}) {
      float[] signal = noise(length, length);
      float[] back = stft.inverse(stft.forward(signal), length);
      assertThat(rms(difference(signal, back))).isLessThan(1e-6);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {16, 128, 4096})
  void frameEqualsTheDefinitionOfTheTransform(int fftSize) {
    StftConfig config = new StftConfig(8000, fftSize, fftSize / 4);
    float[] signal = noise(4 * fftSize, 7);
    Spectrogram spectrogram = new Stft(config).forward(signal);
    int frame = 5;
    float[] window = config.window();
    for (int k : new int[] {0, 1, fftSize / 4 + 1, fftSize / 2}) {
      double re = 0;
      double im = 0;
      for (int t = 0; t < fftSize; t++) {
        double value = window[t] * signal[frame * config.hopLength() - fftSize / 2 + t];
        re += value * Math.cos(2 * Math.PI * k * t / fftSize);
        im -= value * Math.sin(2 * Math.PI * k * t / fftSize);
      }
      double tolerance = 1e-5 * Math.sqrt(fftSize);
      assertThat((double) spectrogram.real()[frame * config.bins() + k])
          .isCloseTo(re, within(tolerance));
      assertThat((double) spectrogram.imag()[frame * config.bins() + k])
          .isCloseTo(im, within(tolerance));
    }
  }

  @Test
  void isLinear() {
    Stft stft = new Stft(CONFIG);
    float[] a = noise(3000, 1);
    float[] b = noise(3000, 2);
    float[] sum = new float[a.length];
    for (int i = 0; i < sum.length; i++) {
      sum[i] = a[i] + 0.5f * b[i];
    }
    Spectrogram ofSum = stft.forward(sum);
    Spectrogram ofA = stft.forward(a);
    Spectrogram ofB = stft.forward(b);
    for (int i = 0; i < ofSum.real().length; i++) {
      assertThat(ofSum.real()[i]).isCloseTo(ofA.real()[i] + 0.5f * ofB.real()[i], within(1e-4f));
    }
  }

  @Test
  void streamInRandomPiecesEqualsWholeClip() {
    float[] signal = noise(10_000, 3);
    Spectrogram whole = new Stft(CONFIG).forward(signal);
    float[] streamed = new float[whole.real().length];
    int[] at = {0};
    FrameSink sink =
        (real, imag) -> {
          System.arraycopy(real[0], 0, streamed, at[0], CONFIG.bins());
          at[0] += CONFIG.bins();
        };
    StftAnalyzer analyzer = new StftAnalyzer(CONFIG, 1);
    Random random = new Random(4);
    for (int done = 0; done < signal.length; ) {
      int n = Math.min(random.nextInt(700), signal.length - done);
      analyzer.push(new float[][] {signal}, done, n, sink);
      done += n;
    }
    analyzer.finish(sink);
    assertThat(at[0]).isEqualTo(streamed.length);
    assertThat(streamed).isEqualTo(whole.real());
  }

  @Test
  void refusesASpectrogramOfAnotherLength() {
    Stft stft = new Stft(CONFIG);
    assertThatThrownBy(() -> stft.inverse(stft.forward(new float[1000]), 2000))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("2000 samples need 16 frames");
  }

  private static float[] noise(int length, long seed) {
    Random random = new Random(seed);
    float[] signal = new float[length];
    for (int i = 0; i < length; i++) {
      signal[i] = random.nextFloat() * 2 - 1;
    }
    return signal;
  }

  private static float[] difference(float[] a, float[] b) {
    assertThat(b).hasSameSizeAs(a);
    float[] result = Arrays.copyOf(a, a.length);
    for (int i = 0; i < a.length; i++) {
      result[i] -= b[i];
    }
    return result;
  }

  private static double rms(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += (double) value * value;
    }
    return values.length == 0 ? 0 : Math.sqrt(sum / values.length);
  }

  private static org.assertj.core.data.Offset<Double> within(double value) {
    return org.assertj.core.data.Offset.offset(value);
  }

  private static org.assertj.core.data.Offset<Float> within(float value) {
    return org.assertj.core.data.Offset.offset(value);
  }
}
