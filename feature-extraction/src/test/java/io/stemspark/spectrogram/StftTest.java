package io.stemspark.spectrogram;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.stemspark.spectrogram.StftAnalyzer.FrameSink;
import io.stemspark.spectrogram.StftConfig.Window;
import io.stemspark.spectrogram.StftSynthesizer.SampleSink;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What must hold for any signal. */
class StftTest {
  private static final StftConfig CONFIG = new StftConfig(44_100, 512, 128, Window.HANN);

  @ParameterizedTest
  @CsvSource({
    "16,4,HANN",
    "16,8,HANN",
    "64,2,HANN",
    "512,128,HANN",
    "2048,1024,HANN",
    "4096,1024,HANN",
    "65536,16384,HANN",
    "1024,512,HAMMING",
    "1024,256,BLACKMAN",
    "1024,512,RECTANGULAR",
    "1024,1024,RECTANGULAR",
    "2048,441,HANN",
    "6144,1024,HANN",
    "7680,1024,HANN",
    "240,60,HANN"
  })
  void roundTripIsExactToTheFirstAndLastSample(int fftSize, int hop, Window window) {
    Stft stft = new Stft(new StftConfig(44_100, fftSize, hop, window));
    for (int length :
        new int[] {0, 1, hop - 1, hop, hop + 1, fftSize + 3, 20_000, 20 * hop - 1, 20 * hop + 1}) {
      float[] signal = noise(length, length);
      float[] back = stft.inverse(stft.forward(signal), length);
      assertThat(largest(difference(signal, back))).as("length %d", length).isLessThan(2e-6);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {16, 48, 128, 4096, 5120, 6144, 7680})
  void frameEqualsTheDefinitionOfTheTransform(int fftSize) {
    StftConfig config = new StftConfig(8000, fftSize, fftSize / 4, Window.HANN);
    float[] signal = noise(4 * fftSize, 7);
    Spectrogram spectrogram = new Stft(config).forward(signal);
    int frame = 5;
    float[] window = config.window().samples(fftSize);
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
      assertThat(ofSum.imag()[i]).isCloseTo(ofA.imag()[i] + 0.5f * ofB.imag()[i], within(1e-4f));
    }
  }

  /** Parseval: a frame's energy is that of its spectrum, in which inner bins stand for two. */
  @ParameterizedTest
  @ValueSource(ints = {64, 2048, 4096})
  void energyOfAFrameIsThatOfItsSpectrum(int fftSize) {
    StftConfig config = new StftConfig(44_100, fftSize, fftSize / 4, Window.HANN);
    float[] signal = noise(6 * fftSize, 8);
    Spectrogram spectrogram = new Stft(config).forward(signal);
    float[] window = config.window().samples(fftSize);
    for (int frame = 2; frame < 20; frame++) {
      double inTime = 0;
      for (int t = 0; t < fftSize; t++) {
        inTime += square(window[t] * signal[frame * config.hopLength() - fftSize / 2 + t]);
      }
      double inFrequency = 0;
      for (int k = 0; k < config.bins(); k++) {
        int at = frame * config.bins() + k;
        double energy = square(spectrogram.real()[at]) + square(spectrogram.imag()[at]);
        inFrequency += k == 0 || k == fftSize / 2 ? energy : 2 * energy;
      }
      assertThat(inFrequency / fftSize).isCloseTo(inTime, within(1e-6 * inTime));
    }
  }

  @Test
  void signalThatIsLateByAHopHasItsFramesOneLater() {
    Stft stft = new Stft(CONFIG);
    float[] signal = noise(5000, 9);
    float[] late = new float[signal.length + CONFIG.hopLength()];
    System.arraycopy(signal, 0, late, CONFIG.hopLength(), signal.length);
    Spectrogram expected = stft.forward(signal);
    Spectrogram shifted = stft.forward(late);
    int bins = CONFIG.bins();
    // Earlier frames than this one see the signal's start from before it.
    int first = CONFIG.fftSize() / 2 / CONFIG.hopLength();
    int from = (first + 1) * bins;
    int length = shifted.real().length;
    assertThat(Arrays.copyOfRange(shifted.real(), from, length))
        .isEqualTo(Arrays.copyOfRange(expected.real(), from - bins, length - bins));
    assertThat(Arrays.copyOfRange(shifted.imag(), from, length))
        .isEqualTo(Arrays.copyOfRange(expected.imag(), from - bins, length - bins));
  }

  /** A shift by d samples turns the phase of bin k by -2 pi k d / n. */
  @Test
  void signalThatIsLateByLessTurnsPhases() {
    StftConfig config = new StftConfig(44_100, 512, 128, Window.RECTANGULAR);
    int d = 37;
    int n = config.fftSize();
    // A signal of period n looks the same to every frame, but for the shift.
    float[] period = noise(n, 10);
    float[] signal = new float[8 * n];
    float[] late = new float[8 * n];
    for (int i = 0; i < signal.length; i++) {
      signal[i] = period[i % n];
      late[i] = period[(i + n - d) % n];
    }
    Spectrogram a = new Stft(config).forward(signal);
    Spectrogram b = new Stft(config).forward(late);
    int at = 8 * config.bins();
    for (int k = 0; k < config.bins(); k++) {
      double cos = Math.cos(2 * Math.PI * k * d / n);
      double sin = -Math.sin(2 * Math.PI * k * d / n);
      double re = a.real()[at + k] * cos - a.imag()[at + k] * sin;
      double im = a.real()[at + k] * sin + a.imag()[at + k] * cos;
      assertThat((double) b.real()[at + k]).isCloseTo(re, within(1e-4));
      assertThat((double) b.imag()[at + k]).isCloseTo(im, within(1e-4));
    }
  }

  /** In any pieces, of any channels, to the last bit, and as early as the documentation says. */
  @ParameterizedTest
  @CsvSource({
    "1,512,128,HANN",
    "2,512,128,HANN",
    "5,512,128,HANN",
    "2,64,2,HANN",
    "2,2048,441,HANN",
    "3,240,60,BLACKMAN",
    "2,1024,1024,RECTANGULAR"
  })
  void streamsInRandomPiecesEqualWholeClips(int channels, int fftSize, int hop, Window window) {
    StftConfig config = new StftConfig(44_100, fftSize, hop, window);
    for (long seed = 1; seed <= 10; seed++) {
      Random random = new Random(seed);
      int length = random.nextInt(6000);
      float[][] signal = new float[channels][];
      Stream[] streams = new Stream[channels];
      for (int c = 0; c < channels; c++) {
        signal[c] = noise(length, 100 * seed + c);
        streams[c] = new Stream();
      }
      stream(config, signal, length, streams, random);
      for (int c = 0; c < channels; c++) {
        Spectrogram whole = new Stft(config).forward(signal[c]);
        assertThat(toArray(streams[c].real)).isEqualTo(whole.real());
        assertThat(toArray(streams[c].imag)).isEqualTo(whole.imag());
        assertThat(toArray(streams[c].samples)).isEqualTo(new Stft(config).inverse(whole, length));
      }
    }
  }

  /** What has come out of one channel's transform and back. */
  private static final class Stream {
    private final List<Float> real = new ArrayList<>();
    private final List<Float> imag = new ArrayList<>();
    private final List<Float> samples = new ArrayList<>();
  }

  private static void stream(
      StftConfig config, float[][] signal, int length, Stream[] streams, Random random) {
    int half = config.fftSize() / 2;
    int hop = config.hopLength();
    SampleSink samples =
        (block, from, n) -> {
          for (int c = 0; c < streams.length; c++) {
            add(block[c], from, n, streams[c].samples);
          }
        };
    try (StftAnalyzer analyzer = new StftAnalyzer(config, streams.length);
        StftSynthesizer synthesizer = new StftSynthesizer(config, streams.length)) {
      FrameSink frames =
          (real, imag) -> {
            for (int c = 0; c < streams.length; c++) {
              add(real[c], 0, config.bins(), streams[c].real);
              add(imag[c], 0, config.bins(), streams[c].imag);
            }
            synthesizer.push(real, imag, samples);
            int frame = streams[0].real.size() / config.bins() - 1;
            assertThat(streams[0].samples.size()).isGreaterThanOrEqualTo(frame * hop - half);
          };
      for (int done = 0; done < length; ) {
        int n = Math.min(random.nextInt(1 + random.nextInt(2000)), length - done);
        analyzer.push(signal, done, n, frames);
        done += n;
        assertThat(streams[0].real.size() / config.bins())
            .isEqualTo(done < half ? 0 : (done - half) / hop + 1);
      }
      analyzer.finish(frames);
      synthesizer.finish(length, samples);
    }
  }

  @Test
  void threadsShareNothing() throws Exception {
    Stft stft = new Stft(CONFIG);
    int length = 20_000;
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<float[]>> together = new ArrayList<>();
      for (int seed = 0; seed < 40; seed++) {
        float[] signal = noise(length, seed);
        together.add(threads.submit(() -> stft.inverse(stft.forward(signal), length)));
      }
      for (int seed = 0; seed < 40; seed++) {
        assertThat(together.get(seed).get())
            .isEqualTo(stft.inverse(stft.forward(noise(length, seed)), length));
      }
    } finally {
      threads.shutdown();
    }
  }

  @Test
  void refusesASpectrogramOfAnotherLength() {
    Stft stft = new Stft(CONFIG);
    assertThatThrownBy(() -> stft.inverse(stft.forward(new float[1000]), 2000))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("but 2000 samples need 17 frames");
  }

  @ParameterizedTest
  @CsvSource({"2048,1025,HANN", "2048,1024,BLACKMAN", "2048,2048,HANN", "2048,2049,RECTANGULAR"})
  void refusesHopsThatLeaveGaps(int fftSize, int hop, Window window) {
    assertThatThrownBy(() -> new StftConfig(44_100, fftSize, hop, window))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("The hop length is %d. Expected one at which".formatted(hop));
  }

  private static void add(float[] values, int from, int count, List<Float> into) {
    for (int i = from; i < from + count; i++) {
      into.add(values[i]);
    }
  }

  private static float[] toArray(List<Float> values) {
    float[] array = new float[values.size()];
    for (int i = 0; i < array.length; i++) {
      array[i] = values.get(i);
    }
    return array;
  }

  private static double square(double value) {
    return value * value;
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

  private static double largest(float[] values) {
    double largest = 0;
    for (float value : values) {
      largest = Math.max(largest, Math.abs(value));
    }
    return largest;
  }
}
