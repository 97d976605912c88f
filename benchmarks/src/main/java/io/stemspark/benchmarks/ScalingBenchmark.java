package io.stemspark.benchmarks;

import io.stemspark.internal.averaging.ArraySerialization;
import io.stemspark.internal.config.JobSettings;
import io.stemspark.internal.export.UNetParameters;
import io.stemspark.network.UNetConfig;
import io.stemspark.training.Round;
import io.stemspark.training.TrainingListener;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.serializer.DeserializationStream;
import org.apache.spark.serializer.KryoSerializer;
import org.apache.spark.serializer.SerializationStream;
import org.apache.spark.serializer.SerializerInstance;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import scala.reflect.ClassTag$;

/**
 * What parameter averaging costs: the {@code train} job in one and in two executors of one core,
 * with the starter network and several averaging periods; then the default network on patches so
 * small that little but averaging is left, and from that how seldom many executors may average.
 */
public final class ScalingBenchmark {
  private static final int BATCH = 4;
  private static final int[] PERIODS = {8, 4, 1};
  private static final int SKIPPED_ROUNDS = 2;
  private static final int ROUNDS = 6;

  /** Of the corpus: enough patches for all rounds of two executors with the longest period. */
  private static final int SECONDS = 800;

  /** Adam keeps two numbers for each parameter, and all three are averaged. */
  private static final int BYTES_PER_PARAMETER = 3 * Float.BYTES;

  /** A checkpoint has those, the moving average, and the weights of the best epoch. */
  private static final int CHECKPOINT_BYTES_PER_PARAMETER = BYTES_PER_PARAMETER + 2 * Float.BYTES;

  /** 10 Gbit/s. */
  private static final double NETWORK_BYTES_PER_SECOND = 1.25e9;

  private static final double WANTED_EFFICIENCY = 0.95;

  private final Path folder;
  private final LoopedDemo demo;
  private final Path root;

  /** Medians over the rounds of a run. */
  private record Measured(double seconds, double computingSeconds, Round typical) {}

  private ScalingBenchmark(Path folder, Path root) {
    this.folder = folder;
    this.demo = new LoopedDemo(root);
    this.root = root;
  }

  /** Takes the name of a network, or none for both. */
  public static void main(String[] arguments) throws IOException {
    System.out.println(Machine.describe());
    Path root = Path.of(System.getProperty("stemspark.root"));
    try (ScratchFolder folder = ScratchFolder.create()) {
      ScalingBenchmark benchmark = new ScalingBenchmark(folder.path(), root);
      if (arguments.length == 0 || arguments[0].equals("starter")) {
        benchmark.measureStarter();
      }
      if (arguments.length == 0 || arguments[0].equals("default")) {
        benchmark.measureDefault();
      }
    }
  }

  private void measureStarter() throws IOException {
    System.out.println(
        """

        | executors | averaging period | patches/s | efficiency | computing | averaging | waiting for data |
        |---:|---:|---:|---:|---:|---:|---:|""");
    UNetConfig starter = NetworkCase.starter(root).unet();
    double alone = 0;
    for (int executors : new int[] {1, 2}) {
      for (int period : PERIODS) {
        Measured run = run(executors, period, starter, 128, 1024, BATCH);
        double patches = (double) executors * period * BATCH / run.seconds;
        if (period == PERIODS[0]) {
          double unaveraged = (double) executors * period * BATCH / run.computingSeconds;
          alone = executors == 1 ? unaveraged : alone;
          print(
              "%d | never | %.1f | %.2f | | | |",
              executors, unaveraged, unaveraged / executors / alone);
        }
        print(
            "%d | %d | %.1f | %.2f | %.2f | %.2f | %.2f |",
            executors,
            period,
            patches,
            patches / executors / alone,
            run.typical.computing(),
            run.typical.averaging(),
            run.typical.waiting());
      }
    }
  }

  /** A patch of 16 x 16 takes milliseconds, so that a round is its averaging. */
  private void measureDefault() throws IOException {
    UNetConfig unet = NetworkCase.standard().unet();
    long parameters = new UNetParameters(unet).length();
    double bytes = (double) parameters * BYTES_PER_PARAMETER;
    double[] seconds = new double[2];
    for (int executors = 1; executors <= 2; executors++) {
      Measured run = run(executors, 1, unet, 16, 16, 2);
      seconds[executors - 1] = run.seconds - run.computingSeconds;
    }
    double perResult = mergeSeconds(bytes);
    System.out.printf(
        Locale.ROOT,
        "%nDefault network: %.1f million parameters, %.0f MB to and from each executor per"
            + " averaging, and %.0f MB to storage; %.2f s with one executor, %.2f s with two; to"
            + " read and add one more result %.2f s.%n%n",
        parameters / 1e6,
        bytes / 1e6,
        (double) parameters * CHECKPOINT_BYTES_PER_PARAMETER / 1e6,
        seconds[0],
        seconds[1],
        perResult);
    System.out.println(
        """
        | executors | results merged one after the other | averaging, s | steps between averagings for 95 %, step of 10 s | step of 1 s |
        |---:|---:|---:|---:|---:|""");
    for (int executors : new int[] {2, 8, 32, 128}) {
      int merged = mergedInTurn(executors);
      double moved = bytes * (merged + 2) + (double) parameters * CHECKPOINT_BYTES_PER_PARAMETER;
      double network = moved / NETWORK_BYTES_PER_SECOND;
      double cost = executors == 2 ? seconds[1] : seconds[1] + perResult * (merged - 2) + network;
      print(
          "%d | %d | %.1f | %.0f | %.0f |",
          executors, merged, cost, period(cost, 10), period(cost, 1));
    }
  }

  /** What one more result costs who merges results: it is read, as Spark does, and added. */
  private static double mergeSeconds(double bytes) {
    INDArray result = Nd4j.ones(DataType.FLOAT, Math.round(bytes / Float.BYTES));
    INDArray sum = result.dup();
    SparkConf conf =
        new SparkConf().set("spark.kryo.registrator", ArraySerialization.class.getName());
    SerializerInstance serializer = new KryoSerializer(conf).newInstance();
    ByteArrayOutputStream stored = new ByteArrayOutputStream();
    try (SerializationStream stream = serializer.serializeStream(stored)) {
      stream.writeObject(result, ClassTag$.MODULE$.apply(INDArray.class));
    }
    byte[] message = stored.toByteArray();
    double[] seconds = new double[ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
      long start = System.nanoTime();
      try (DeserializationStream stream =
          serializer.deserializeStream(new ByteArrayInputStream(message))) {
        INDArray read = stream.readObject(ClassTag$.MODULE$.apply(INDArray.class));
        sum.addi(read);
      }
      seconds[round] = (System.nanoTime() - start) / 1e9;
    }
    return RoundRobin.median(seconds);
  }

  /** Steps that are so much longer than an averaging that they are 95 % of the time. */
  private static double period(double averaging, double step) {
    return Math.ceil(averaging * WANTED_EFFICIENCY / (1 - WANTED_EFFICIENCY) / step);
  }

  /** Spark's treeAggregate with a depth of 2: some tasks merge first, then the driver. */
  private static int mergedInTurn(int executors) {
    int scale = Math.max(2, (int) Math.ceil(Math.sqrt(executors)));
    if (executors <= scale + Math.ceil((double) executors / scale)) {
      return executors;
    }
    int tasks = executors / scale;
    return (executors + tasks - 1) / tasks + tasks;
  }

  private static void print(String format, Object... values) {
    System.out.printf(Locale.ROOT, "| " + format + "%n", values);
  }

  private Measured run(int executors, int period, UNetConfig unet, int frames, int bins, int batch)
      throws IOException {
    int rounds = SKIPPED_ROUNDS + ROUNDS;
    List<String> assignments =
        new ArrayList<>(
            TrainingRuns.settings(
                unet, frames, bins, batch, period, rounds * executors * period * batch));
    // So nobody waits for more executors than that.
    assignments.add("stemspark.training.workers = " + executors);
    JobSettings settings = JobSettings.load(List.of(), assignments);
    List<Round> heard = new ArrayList<>();
    TrainingListener hearing =
        new TrainingListener() {
          @Override
          public void roundDone(Round round) {
            heard.add(round);
          }
        };
    try (JavaSparkContext context = TrainingRuns.executors(executors, 4)) {
      // Made once for each patch size.
      Path dataset = folder.resolve("features-" + bins);
      if (Files.notExists(dataset)) {
        TrainingRuns.extract(demo, SECONDS, folder.resolve("corpus"), dataset, settings, context);
      }
      Path bundle = Files.createTempDirectory(folder, "bundle").resolve("model.bundle");
      TrainingRuns.train(dataset, bundle, settings, context, hearing);
    }
    return measured(heard, batch);
  }

  private static Measured measured(List<Round> rounds, int batch) {
    List<Round> counted = rounds.subList(SKIPPED_ROUNDS, rounds.size());
    ToDoubleFunction<Round> seconds =
        round -> (double) round.roundSteps() * round.workers() * batch / round.patchesPerSecond();
    List<Round> sorted =
        counted.stream()
            .sorted((a, b) -> Double.compare(seconds.applyAsDouble(a), seconds.applyAsDouble(b)))
            .toList();
    Round typical = sorted.get(sorted.size() / 2);
    double wall = seconds.applyAsDouble(typical);
    return new Measured(wall, wall * typical.computing(), typical);
  }
}
