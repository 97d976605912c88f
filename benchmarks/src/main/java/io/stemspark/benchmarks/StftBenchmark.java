package io.stemspark.benchmarks;

import io.stemspark.spectrogram.Spectrogram;
import io.stemspark.spectrogram.Stft;
import io.stemspark.spectrogram.StftConfig;
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
import org.openjdk.jmh.annotations.Warmup;

/**
 * The transform of one minute of mono audio at 44.1 kHz, and back, with a hop of a quarter frame.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class StftBenchmark {
  private static final int SAMPLE_RATE = 44_100;

  /** Samples per frame. */
  @Param({"2048", "4096"})
  public int fftSize;

  private Stft stft;
  private float[] samples;
  private Spectrogram spectrogram;

  @Setup
  public void prepare() {
    stft = new Stft(new StftConfig(SAMPLE_RATE, fftSize, fftSize / 4));
    samples = new float[60 * SAMPLE_RATE];
    Random random = new Random(1);
    for (int i = 0; i < samples.length; i++) {
      samples[i] = 2 * random.nextFloat() - 1;
    }
    spectrogram = stft.forward(samples);
  }

  @Benchmark
  public Spectrogram forward() {
    return stft.forward(samples);
  }

  @Benchmark
  public float[] inverse() {
    return stft.inverse(spectrogram, samples.length);
  }
}
