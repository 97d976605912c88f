package io.stemspark.benchmarks;

import io.stemspark.spectrogram.StftAnalyzer;
import io.stemspark.spectrogram.StftConfig;
import io.stemspark.spectrogram.StftConfig.Window;
import io.stemspark.spectrogram.StftSynthesizer;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/** The transform of one minute of stereo at 44.1 kHz, and back, with a hop of a quarter frame. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 9, time = 1)
@Fork(1)
public class StftBenchmark {
  private static final int SAMPLE_RATE = 44_100;
  private static final int LENGTH = 60 * SAMPLE_RATE;
  private static final int CHANNELS = 2;
  private static final int BLOCK = 1 << 14;

  /** Samples per frame. */
  @Param({"2048", "4096"})
  public int fftSize;

  private final float[][] samples = new float[CHANNELS][LENGTH];
  private final float[] sum = new float[LENGTH];
  private final float[] overlap = new float[LENGTH];
  private int frames;
  private StftConfig config;
  private StftAnalyzer analyzer;
  private float[][] real;
  private float[][] imag;
  private TextbookStft jtransforms;
  private TextbookStft fftw;
  private FftwFourier fftwAlone;

  @Setup
  public void prepare() {
    Random random = new Random(1);
    for (float[] channel : samples) {
      for (int i = 0; i < LENGTH; i++) {
        channel[i] = 2 * random.nextFloat() - 1;
      }
    }
    Arrays.fill(overlap, 1.5f);
    int hop = fftSize / 4;
    frames = 1 + (LENGTH - fftSize) / hop;
    config = new StftConfig(SAMPLE_RATE, fftSize, hop, Window.HANN);
    analyzer = new StftAnalyzer(config, CHANNELS);
    real = new float[CHANNELS][config.bins()];
    imag = new float[CHANNELS][config.bins()];
    float[] window = Window.HANN.samples(fftSize);
    jtransforms = new TextbookStft(new JTransformsFourier(fftSize), hop, window);
    fftwAlone = new FftwFourier(fftSize);
    fftw = new TextbookStft(fftwAlone, hop, window);
  }

  @TearDown
  public void close() {
    analyzer.close();
  }

  @Benchmark
  public void forwardStemspark(Blackhole hole) {
    for (int at = 0; at < LENGTH; at += BLOCK) {
      analyzer.push(
          samples, at, Math.min(BLOCK, LENGTH - at), (re, im) -> hole.consume(re[0][1] + im[0][1]));
    }
  }

  @Benchmark
  public void forwardJTransforms(Blackhole hole) {
    for (float[] channel : samples) {
      hole.consume(jtransforms.forward(channel));
    }
  }

  @Benchmark
  public void forwardFftw(Blackhole hole) {
    for (float[] channel : samples) {
      hole.consume(fftw.forward(channel));
    }
  }

  /** The transforms alone, on the same frame again and again: the limit. */
  @Benchmark
  public void forwardFftwAlone() {
    for (int i = 0; i < CHANNELS * frames; i++) {
      fftwAlone.executeForward();
    }
  }

  @Benchmark
  public void inverseStemspark(Blackhole hole) {
    try (StftSynthesizer synthesizer = new StftSynthesizer(config, CHANNELS)) {
      for (int i = 0; i < frames; i++) {
        synthesizer.push(real, imag, (block, from, length) -> hole.consume(block[0][from]));
      }
    }
  }

  @Benchmark
  public void inverseJTransforms(Blackhole hole) {
    for (int c = 0; c < CHANNELS; c++) {
      hole.consume(jtransforms.inverse(sum, overlap));
    }
  }

  @Benchmark
  public void inverseFftw(Blackhole hole) {
    for (int c = 0; c < CHANNELS; c++) {
      hole.consume(fftw.inverse(sum, overlap));
    }
  }

  /** The transforms alone, on the same frame again and again: the limit. */
  @Benchmark
  public void inverseFftwAlone() {
    for (int i = 0; i < CHANNELS * frames; i++) {
      fftwAlone.executeInverse();
    }
  }
}
