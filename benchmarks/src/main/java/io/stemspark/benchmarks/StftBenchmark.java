package io.stemspark.benchmarks;

import io.stemspark.spectrogram.StftAnalyzer;
import io.stemspark.spectrogram.StftConfig;
import io.stemspark.spectrogram.StftConfig.Window;
import io.stemspark.spectrogram.StftSynthesizer;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/** The transform of one minute of stereo at 44.1 kHz, and back, with a hop of a quarter frame. */
public final class StftBenchmark {
  private static final int WARMUPS = 20;
  private static final int REPETITIONS = 101;
  private static final int SAMPLE_RATE = 44_100;
  private static final int LENGTH = 60 * SAMPLE_RATE;
  private static final int CHANNELS = 2;
  private static final int BLOCK = 1 << 14;
  private static final String OWN = "Stemspark";

  private final int frames;
  private final StftConfig config;
  private final TextbookStft jtransforms;
  private final TextbookStft fftw;
  private final FftwFourier fftwAlone;
  private final float[][] samples = new float[CHANNELS][LENGTH];
  private final float[] sum = new float[LENGTH];
  private final float[] overlap = new float[LENGTH];

  /** What the transforms come to, so that none is left out as useless. */
  private float result;

  private StftBenchmark(int fftSize) {
    int hop = fftSize / 4;
    frames = 1 + (LENGTH - fftSize) / hop;
    config = new StftConfig(SAMPLE_RATE, fftSize, hop, Window.HANN);
    float[] window = Window.HANN.samples(fftSize);
    jtransforms = new TextbookStft(new JTransformsFourier(fftSize), hop, window);
    fftwAlone = new FftwFourier(fftSize);
    fftw = new TextbookStft(fftwAlone, hop, window);
    Random random = new Random(1);
    for (float[] channel : samples) {
      for (int i = 0; i < LENGTH; i++) {
        channel[i] = 2 * random.nextFloat() - 1;
      }
    }
    Arrays.fill(overlap, 1.5f);
  }

  public static void main(String[] arguments) {
    System.out.println(Machine.describe());
    System.out.println(
        """

        | FFT size | direction | Stemspark, ms | JTransforms | FFTW | FFTW alone |
        |---:|---|---:|---:|---:|---:|""");
    for (int fftSize : new int[] {2048, 4096}) {
      StftBenchmark benchmark = new StftBenchmark(fftSize);
      print(fftSize, "forward", benchmark.forward());
      print(fftSize, "inverse", benchmark.inverse());
      if (!Float.isFinite(benchmark.result)) {
        throw new IllegalStateException("The transforms give %s.".formatted(benchmark.result));
      }
    }
  }

  private static void print(int fftSize, String direction, List<Timing> timings) {
    System.out.printf(
        Locale.ROOT,
        "| %d | %s | %.1f | %.2f x | %.2f x | %.2f x |%n",
        fftSize,
        direction,
        timings.get(0).milliseconds(),
        timings.get(1).ratio().orElseThrow(),
        timings.get(2).ratio().orElseThrow(),
        timings.get(3).ratio().orElseThrow());
  }

  private List<Timing> forward() {
    try (StftAnalyzer analyzer = new StftAnalyzer(config, CHANNELS)) {
      return measure(
          () -> analyze(analyzer),
          () -> forward(jtransforms),
          () -> forward(fftw),
          fftwAlone::executeForward);
    }
  }

  private List<Timing> inverse() {
    return measure(
        this::synthesize,
        () -> inverse(jtransforms),
        () -> inverse(fftw),
        fftwAlone::executeInverse);
  }

  /**
   * Times all of them.
   *
   * @param limit a bare transform of one frame
   */
  private List<Timing> measure(Runnable own, Runnable first, Runnable second, Runnable limit) {
    return RoundRobin.measure(
        List.of(
            Contestant.alone(OWN, own),
            Contestant.against(OWN, "JTransforms", first),
            Contestant.against(OWN, "FFTW", second),
            Contestant.against(OWN, "FFTW alone", () -> repeat(limit))),
        WARMUPS,
        REPETITIONS);
  }

  private void repeat(Runnable transform) {
    for (int i = 0; i < CHANNELS * frames; i++) {
      transform.run();
    }
  }

  private void analyze(StftAnalyzer analyzer) {
    for (int at = 0; at < LENGTH; at += BLOCK) {
      analyzer.push(
          samples,
          at,
          Math.min(BLOCK, LENGTH - at),
          (real, imag) -> result += real[0][1] + imag[0][1]);
    }
  }

  private void synthesize() {
    float[][] real = new float[CHANNELS][config.bins()];
    float[][] imag = new float[CHANNELS][config.bins()];
    try (StftSynthesizer synthesizer = new StftSynthesizer(config, CHANNELS)) {
      for (int i = 0; i < frames; i++) {
        synthesizer.push(real, imag, (block, from, length) -> result += block[0][from]);
      }
    }
  }

  private void forward(TextbookStft stft) {
    for (float[] channel : samples) {
      result += stft.forward(channel)[1];
    }
  }

  private void inverse(TextbookStft stft) {
    for (int c = 0; c < CHANNELS; c++) {
      result += stft.inverse(sum, overlap)[0];
    }
  }
}
