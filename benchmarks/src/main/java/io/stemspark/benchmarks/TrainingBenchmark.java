package io.stemspark.benchmarks;

import io.stemspark.internal.config.JobSettings;
import io.stemspark.training.Round;
import io.stemspark.training.TrainingListener;
import io.stemspark.unet.UNetGraph;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.NoOp;

/**
 * The {@code train} job, with all its engines, in two executor processes of one core each, against
 * plain libtorch on two threads: the same network and batch in its memory, and nothing to read or
 * to average. They take turns; medians count.
 */
public final class TrainingBenchmark {
  private static final double LEARNING_RATE = 1e-3;
  private static final String STARTER = "starter";
  private static final String DEFAULT = "default";
  private static final int EXECUTORS = 2;
  private static final int PERIOD = 4;
  private static final int ROUNDS = 3;
  private static final int STEPS = 4;
  private static final List<String> ENGINES = List.of("torch", "torch-bfloat16", "nd4j");

  private final Path folder;
  private final LoopedDemo demo;
  private final JavaSparkContext context;

  private TrainingBenchmark(Path folder, LoopedDemo demo, JavaSparkContext context) {
    this.folder = folder;
    this.demo = demo;
    this.context = context;
  }

  /** Takes the name of a network, or none for both. */
  public static void main(String[] arguments) throws Exception {
    Set<String> wanted = arguments.length == 0 ? Set.of(STARTER, DEFAULT) : Set.of(arguments);
    System.out.println(Machine.describe());
    System.out.println(
        """

        | network | patch | batch | engine | ms per patch | over plain libtorch |
        |---|---|---:|---|---:|---:|""");
    Path root = Path.of(System.getProperty("stemspark.root"));
    try (ScratchFolder folder = ScratchFolder.create();
        JavaSparkContext context = TrainingRuns.executors(EXECUTORS, 3)) {
      TrainingBenchmark benchmark =
          new TrainingBenchmark(folder.path(), new LoopedDemo(root), context);
      if (wanted.contains(STARTER)) {
        benchmark.measure(NetworkCase.starter(root), 128, 1024, 4);
      }
      if (wanted.contains(DEFAULT)) {
        // A smaller patch, so that it takes minutes rather than hours.
        benchmark.measure(NetworkCase.standard(), 64, 512, 2);
      }
    }
  }

  private void measure(NetworkCase network, int frames, int bins, int batch) throws IOException {
    String name = network.name();
    // One round to warm up, and two to measure.
    List<String> assignments =
        new ArrayList<>(
            TrainingRuns.settings(
                network.unet(), frames, bins, batch, PERIOD, 3 * EXECUTORS * PERIOD * batch));
    JobSettings settings = JobSettings.load(List.of(), assignments);
    Path dataset = folder.resolve(name + "-features");
    TrainingRuns.extract(demo, 240, folder.resolve(name), dataset, settings, context);
    TorchEngine torch = torch(settings, batch);
    double[] plain = new double[ROUNDS];
    double[][] jobs = new double[ENGINES.size()][ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
      plain[round] = plain(torch, batch);
      for (int i = 0; i < ENGINES.size(); i++) {
        assignments.add("stemspark.training.compute = " + ENGINES.get(i));
        jobs[i][round] = job(dataset, JobSettings.load(List.of(), assignments), batch);
        System.err.printf(
            Locale.ROOT,
            "%s %s %.1f, plain %.1f%n",
            name,
            ENGINES.get(i),
            jobs[i][round],
            plain[round]);
      }
    }
    String row = "| %s | %d x %d | %d |".formatted(name, frames, bins, batch);
    print(row + " plain libtorch, %d threads".formatted(EXECUTORS), plain, plain);
    for (int i = 0; i < ENGINES.size(); i++) {
      print(
          row + " `train`, %d executors, %s".formatted(EXECUTORS, ENGINES.get(i)), jobs[i], plain);
    }
  }

  private static TorchEngine torch(JobSettings settings, int batch) {
    return new TorchEngine(
        settings.unet(),
        UNetGraph.create(settings.unet(), settings.patch(), new NoOp(), 1, DataType.FLOAT).params(),
        new ExamplePatches(settings.patch(), batch, 1),
        LEARNING_RATE,
        EXECUTORS);
  }

  /** Milliseconds per patch. */
  private static double plain(TorchEngine torch, int batch) {
    torch.step();
    long start = System.nanoTime();
    for (int step = 0; step < STEPS; step++) {
      torch.step();
    }
    return (System.nanoTime() - start) / 1e6 / STEPS / batch;
  }

  /** Milliseconds per patch, from the end of the first averaging to that of the last. */
  private double job(Path dataset, JobSettings settings, int batch) throws IOException {
    Stopwatch stopwatch = new Stopwatch();
    TrainingRuns.train(dataset, folder.resolve("model.bundle"), settings, context, stopwatch);
    return stopwatch.millisPerBatch() / batch;
  }

  private static void print(String what, double[] times, double[] plain) {
    double[] ratios =
        IntStream.range(0, times.length).mapToDouble(i -> times[i] / plain[i]).toArray();
    System.out.printf(
        Locale.ROOT,
        "%s | %.0f | %.2f |%n",
        what,
        RoundRobin.median(times),
        RoundRobin.median(ratios));
  }

  private static final class Stopwatch implements TrainingListener {
    private final List<Long> nanos = new ArrayList<>();
    private final List<Integer> batches = new ArrayList<>();

    @Override
    public void roundDone(Round round) {
      nanos.add(System.nanoTime());
      batches.add(round.batchesDone());
    }

    double millisPerBatch() {
      int last = nanos.size() - 1;
      return (nanos.get(last) - nanos.get(0)) / 1e6 / (batches.get(last) - batches.get(0));
    }
  }
}
