package io.stemspark.benchmarks;

import io.stemspark.internal.audio.Waveform;
import io.stemspark.internal.ffmpeg.FfmpegReader;
import io.stemspark.internal.network.StemSet;
import io.stemspark.metrics.BssEval;
import io.stemspark.metrics.Estimator;
import io.stemspark.metrics.PairReader;
import io.stemspark.spectrogram.StftConfig;
import io.stemspark.spectrogram.StftConfig.Window;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * How long it takes to score a track of four minutes, on one thread, from WAV files. The files stay
 * in the folder that is given, for {@code museval_speed.py}, which scores them with museval.
 */
public final class EvaluationBenchmark {
  private static final int SECONDS = 240;
  private static final int ROUNDS = 5;
  private static final float LEAK = 0.25f;
  private static final List<String> STEMS = List.of("vocals", "accompaniment");
  private static final StftConfig MASKS = new StftConfig(44_100, 4096, 1024, Window.HANN);

  private EvaluationBenchmark() {}

  public static void main(String[] arguments) throws IOException {
    if (arguments.length != 1) {
      throw new IllegalArgumentException("Name a folder for a track's references and estimates.");
    }
    Path folder = Path.of(arguments[0]);
    write(folder);
    System.out.println(Machine.describe());
    print("estimates alone", folder, null);
    print("with baselines", folder, MASKS);
  }

  private static void write(Path folder) throws IOException {
    LoopedDemo demo = new LoopedDemo(Path.of(System.getProperty("stemspark.root")));
    Files.createDirectories(folder.resolve("references"));
    Files.createDirectories(folder.resolve("estimates"));
    Waveform[] references = new Waveform[STEMS.size()];
    for (int i = 0; i < references.length; i++) {
      references[i] = demo.track(STEMS.get(i), SECONDS);
      LoopedDemo.write(references[i], folder.resolve("references/" + STEMS.get(i) + ".wav"));
    }
    for (int i = 0; i < references.length; i++) {
      Waveform estimate = leaking(references[i], references[1 - i]);
      LoopedDemo.write(estimate, folder.resolve("estimates/" + STEMS.get(i) + ".wav"));
    }
  }

  private static Waveform leaking(Waveform stem, Waveform other) {
    float[][] samples = new float[stem.samples().length][stem.length()];
    for (int c = 0; c < samples.length; c++) {
      for (int t = 0; t < stem.length(); t++) {
        samples[c][t] = 0.5f * (stem.channel(c)[t] + LEAK * other.channel(c)[t]);
      }
    }
    return new Waveform(stem.format(), samples);
  }

  private static void print(String what, Path folder, StftConfig masks) throws IOException {
    double[] seconds = new double[ROUNDS];
    double sdr = 0;
    for (int round = -1; round < ROUNDS; round++) {
      long start = System.nanoTime();
      sdr = BssEval.score(() -> open(folder, masks)).get(Estimator.EVALUATED).vocals().sdr();
      if (round >= 0) {
        seconds[round] = (System.nanoTime() - start) / 1e9;
      }
    }
    double median = RoundRobin.median(seconds);
    System.out.printf(
        Locale.ROOT,
        "%s: %.2f s, %.1f times real time; SDR of the vocals %.4f dB%n",
        what,
        median,
        SECONDS / median,
        sdr);
  }

  private static PairReader open(Path folder, StftConfig masks) throws IOException {
    return new PairReader(
        "track",
        StemSet.VOICE.stems(),
        List.of(
            FfmpegReader.open(folder.resolve("references/vocals.wav")),
            FfmpegReader.open(folder.resolve("references/accompaniment.wav")),
            FfmpegReader.open(folder.resolve("estimates/vocals.wav")),
            FfmpegReader.open(folder.resolve("estimates/accompaniment.wav"))),
        Optional.ofNullable(masks));
  }
}
