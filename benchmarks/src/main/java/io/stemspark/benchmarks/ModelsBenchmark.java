package io.stemspark.benchmarks;

import io.stemspark.bundle.ModelBundle;
import io.stemspark.internal.config.JobSettings;
import io.stemspark.internal.onnx.InferenceSettings;
import io.stemspark.internal.onnx.Network;
import io.stemspark.internal.separation.NetworkCost;
import io.stemspark.internal.separation.NetworkLoader;
import io.stemspark.internal.session.SparkSettings;
import io.stemspark.network.InferenceBackend;
import io.stemspark.network.Precision;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Bundles side by side, in turns: the {@code separate} job over 16 minutes of stereo on two cores,
 * and the network alone on one. What they are worth, {@code stemspark evaluate} says.
 */
public final class ModelsBenchmark {
  private static final int CORES = 2;
  private static final int TRACKS = 16;
  private static final int SECONDS = 60;
  private static final int ROUNDS = 3;

  private final SeparationRuns runs;
  private final Path corpus;
  private final List<Path> bundles;
  private final double[][] jobs;
  private final double[][] costs;

  private ModelsBenchmark(SeparationRuns runs, Path corpus, List<Path> bundles) {
    this.runs = runs;
    this.corpus = corpus;
    this.bundles = bundles;
    this.jobs = new double[bundles.size()][ROUNDS];
    this.costs = new double[bundles.size()][ROUNDS];
  }

  public static void main(String[] arguments) throws IOException {
    if (arguments.length == 0) {
      throw new IllegalArgumentException("Name the bundles to compare.");
    }
    List<Path> bundles = Stream.of(arguments).map(Path::of).toList();
    System.out.println(Machine.describe());
    LoopedDemo demo = new LoopedDemo(Path.of(System.getProperty("stemspark.root")));
    JobSettings settings = JobSettings.load(List.of(), List.of());
    try (ScratchFolder folder = ScratchFolder.create();
        JavaSparkContext context =
            new SparkSettings("benchmark", "local[" + CORES + "]", settings.spark()).start()) {
      SeparationRuns runs = new SeparationRuns(folder.path(), context);
      Path corpus = runs.corpus("corpus", demo.track("mixture", SECONDS), TRACKS);
      ModelsBenchmark benchmark = new ModelsBenchmark(runs, corpus, bundles);
      for (int round = -1; round < ROUNDS; round++) {
        benchmark.round(round, settings);
      }
      benchmark.print();
    }
  }

  /** A round of number -1 counts for nothing. */
  private void round(int round, JobSettings settings) throws IOException {
    for (int i = 0; i < bundles.size(); i++) {
      double job = runs.seconds(corpus, bundles.get(i), settings, TRACKS);
      double cost = cost(read(bundles.get(i)));
      if (round >= 0) {
        jobs[i][round] = job;
        costs[i][round] = cost;
      }
    }
  }

  private static ModelBundle read(Path file) throws IOException {
    try (InputStream stream = Files.newInputStream(file)) {
      return ModelBundle.readForInference(file.toString(), stream);
    }
  }

  private static double cost(ModelBundle bundle) throws IOException {
    InferenceSettings settings =
        new InferenceSettings(InferenceBackend.CPU, Precision.AUTO, 1, OptionalInt.empty());
    try (Network network = NetworkLoader.load(bundle, settings)) {
      return NetworkCost.milliseconds(
          network, bundle.manifest().network(), bundle.manifest().stft());
    }
  }

  private void print() throws IOException {
    System.out.println(
        """

        | bundle | licence | MB | network, ms of a core per second of stereo | job, s | times real time |
        |---|---|---:|---:|---:|---:|""");
    for (int i = 0; i < bundles.size(); i++) {
      double job = RoundRobin.median(jobs[i]);
      System.out.printf(
          Locale.ROOT,
          "| %s | %s | %.1f | %.1f | %.1f | %.1f |%n",
          bundles.get(i).getFileName(),
          read(bundles.get(i)).manifest().origin().licence(),
          Files.size(bundles.get(i)) / 1e6,
          RoundRobin.median(costs[i]),
          job,
          TRACKS * SECONDS / job);
    }
  }
}
