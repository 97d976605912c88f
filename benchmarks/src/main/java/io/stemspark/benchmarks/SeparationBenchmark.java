package io.stemspark.benchmarks;

import io.stemspark.bundle.ModelBundle;
import io.stemspark.bundle.Origin;
import io.stemspark.internal.audio.Waveform;
import io.stemspark.internal.config.JobSettings;
import io.stemspark.internal.export.ActivationRanges;
import io.stemspark.internal.export.OnnxExport;
import io.stemspark.internal.export.TrainedWeights;
import io.stemspark.internal.session.SparkSettings;
import io.stemspark.network.NetworkSpec;
import io.stemspark.network.Stem;
import io.stemspark.network.UNetConfig;
import io.stemspark.patch.PatchConfig;
import io.stemspark.spectrogram.Spectrogram;
import io.stemspark.spectrogram.Stft;
import io.stemspark.spectrogram.StftConfig;
import io.stemspark.unet.UNetGraph;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.NoOp;

/**
 * The whole {@code separate} job, from files to files in local Spark on two cores, against ONNX
 * Runtime alone: the same model on the same patches on two threads, with nothing before or after.
 * They take turns; medians count.
 */
public final class SeparationBenchmark {
  private static final int CORES = 2;
  private static final int CHANNELS = 2;
  private static final int ROUNDS = 3;

  private final Path folder;
  private final LoopedDemo demo;
  private final SeparationRuns runs;
  private final JobSettings settings = JobSettings.load(List.of(), List.of());

  private SeparationBenchmark(Path folder, LoopedDemo demo, JavaSparkContext context) {
    this.folder = folder;
    this.demo = demo;
    this.runs = new SeparationRuns(folder, context);
  }

  public static void main(String[] arguments) throws Exception {
    System.out.println(Machine.describe());
    System.out.println(
        """

        | network | arithmetic | audio, s | job, s | ONNX Runtime alone, s | ratio | times real time |
        |---|---|---:|---:|---:|---:|---:|""");
    Path root = Path.of(System.getProperty("stemspark.root"));
    try (ScratchFolder folder = ScratchFolder.create();
        JavaSparkContext context =
            new SparkSettings(
                    "benchmark",
                    "local[" + CORES + "]",
                    JobSettings.load(List.of(), List.of()).spark())
                .start()) {
      SeparationBenchmark benchmark =
          new SeparationBenchmark(folder.path(), new LoopedDemo(root), context);
      List<String> networks =
          arguments.length == 0 ? List.of("starter", "default") : List.of(arguments);
      if (networks.contains("starter")) {
        Path starter = root.resolve("demo/starter.bundle");
        benchmark.measure("starter", starter, "float", 6, 240);
        benchmark.measure("starter", starter, "int8", 24, 240);
      }
      if (networks.contains("default")) {
        Path untrained = benchmark.untrained();
        benchmark.measure("default", untrained, "float", 2, 20);
        benchmark.measure("default", untrained, "int8", 4, 20);
      }
    }
  }

  /** The default network, with the weights that training would start from. */
  private Path untrained() throws IOException {
    StftConfig stft = settings.stft();
    PatchConfig patch = settings.patch();
    UNetConfig unet = settings.unet();
    ComputationGraph network = UNetGraph.create(unet, patch, new NoOp(), 1, DataType.FLOAT);
    byte[] model = OnnxExport.export(network, unet, patch);
    float[] example = batches(demo.clip("mixture"), stft, NetworkSpec.Patches.unet(patch)).get(0);
    ActivationRanges ranges =
        ActivationRanges.measure(
            model, NetworkSpec.Patches.unet(patch), List.of(Arrays.copyOf(example, patch.size())));
    Origin.Fitted origin =
        new Origin.Fitted("", unet, new Origin.Provenance("", "", "", 0, 0, Map.of()));
    Path file = folder.resolve("default.bundle");
    try (OutputStream stream = Files.newOutputStream(file)) {
      TrainedWeights.pack(stft, patch, List.of(Stem.VOCALS), origin, Map.of(), network)
          .withInt8(ModelBundle.UNET, OnnxExport.exportInt8(network, unet, patch, ranges), Map.of())
          .write(stream);
    }
    return file;
  }

  /**
   * Prints a row of the table.
   *
   * @param tracks enough that what a run begins and ends with, which weighs nothing in a
   *     catalogue's, weighs little
   * @param seconds of each track
   */
  private void measure(String name, Path bundleFile, String precision, int tracks, int seconds)
      throws Exception {
    ModelBundle bundle;
    try (InputStream stream = Files.newInputStream(bundleFile)) {
      bundle = ModelBundle.read(bundleFile.toString(), stream);
    }
    Waveform track = demo.track("mixture", seconds);
    Path corpus = runs.corpus(name + "-" + precision, track, tracks);
    NetworkSpec.Patches spec = bundle.manifest().network();
    List<float[]> batches = batches(track, bundle.manifest().stft(), spec);
    byte[] model = precision.equals("int8") ? bundle.int8().orElseThrow() : bundle.onnx();
    long[] shape = spec.inputShape(settings.separation().batchPatches());
    double[] job = new double[ROUNDS];
    double[] alone = new double[ROUNDS];
    try (RawOnnxPair raw = new RawOnnxPair(model, shape, CORES)) {
      separate(corpus, bundleFile, precision, tracks); // what the JIT compiler does but once
      raw.seconds(batches, CORES);
      for (int round = 0; round < ROUNDS; round++) {
        job[round] = separate(corpus, bundleFile, precision, tracks);
        alone[round] = raw.seconds(batches, tracks);
      }
    }
    print(name, precision, tracks * seconds, job, alone);
  }

  private static void print(
      String name, String precision, int audioSeconds, double[] job, double[] alone) {
    double[] ratios = new double[job.length];
    for (int i = 0; i < job.length; i++) {
      ratios[i] = alone[i] / job[i];
    }
    double median = RoundRobin.median(job);
    System.out.printf(
        Locale.ROOT,
        "| %s | %s | %d | %.1f | %.1f | %.3f | %.1f |%n",
        name,
        precision,
        audioSeconds,
        median,
        RoundRobin.median(alone),
        RoundRobin.median(ratios),
        audioSeconds / median);
  }

  private double separate(Path corpus, Path bundle, String precision, int tracks)
      throws IOException {
    JobSettings precise =
        JobSettings.load(List.of(), List.of("stemspark.separation.precision=" + precision));
    return runs.seconds(corpus, bundle, precise, tracks);
  }

  /** The batches that separation makes of a track: windows of all channels. */
  private List<float[]> batches(Waveform track, StftConfig stft, NetworkSpec.Patches spec) {
    PatchConfig patch = spec.patch();
    List<Spectrogram> channels = new ArrayList<>();
    for (int c = 0; c < CHANNELS; c++) {
      channels.add(new Stft(stft).forward(track.channel(c)));
    }
    int frames = channels.get(0).frames();
    int overlap = (int) Math.round(settings.separation().overlap() * patch.frames());
    int size = settings.separation().batchPatches() * spec.channels();
    List<float[]> batches = new ArrayList<>();
    int patches = 0;
    for (int first = 0; first == 0 || first + overlap < frames; first += patch.frames() - overlap) {
      for (Spectrogram channel : channels) {
        Spectrogram window = new Spectrogram(patch.frames(), patch.bins());
        window.copyFrames(channel, first, 0, Math.min(patch.frames(), frames - first));
        if (patches % size == 0) {
          batches.add(new float[size * patch.size()]);
        }
        window.magnitudes(batches.get(batches.size() - 1), patches % size * patch.size());
        patches++;
      }
    }
    return batches;
  }

  /** Sessions of one thread each that share tracks out between them. */
  private static final class RawOnnxPair implements AutoCloseable {
    private final List<RawOnnxSession> sessions = new ArrayList<>();
    private final ExecutorService threads;

    RawOnnxPair(byte[] model, long[] shape, int cores) {
      threads = Executors.newFixedThreadPool(cores);
      for (int i = 0; i < cores; i++) {
        sessions.add(new RawOnnxSession(model, shape));
      }
    }

    double seconds(List<float[]> batches, int tracks)
        throws InterruptedException, ExecutionException {
      long start = System.nanoTime();
      List<Future<?>> running = new ArrayList<>();
      for (int i = 0; i < sessions.size(); i++) {
        RawOnnxSession session = sessions.get(i);
        int share = tracks / sessions.size();
        running.add(
            threads.submit(
                () -> {
                  for (int t = 0; t < share; t++) {
                    batches.forEach(session::run);
                  }
                }));
      }
      for (Future<?> future : running) {
        future.get();
      }
      return (System.nanoTime() - start) / 1e9;
    }

    @Override
    public void close() {
      threads.shutdown();
      sessions.forEach(RawOnnxSession::close);
    }
  }
}
