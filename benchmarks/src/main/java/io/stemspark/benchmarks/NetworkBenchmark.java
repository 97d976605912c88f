package io.stemspark.benchmarks;

import io.stemspark.internal.export.OnnxExport;
import io.stemspark.internal.onnx.OnnxNetwork;
import io.stemspark.internal.torch.Nd4jBackend;
import io.stemspark.network.NetworkSpec;
import io.stemspark.training.TrainingBackend;
import io.stemspark.unet.UNetGraph;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.learning.config.Adam;

/**
 * Times inference and training steps of the default and the starter network, one patch at a time on
 * one core, in Deeplearning4j, ONNX Runtime and libtorch, and prints them as a Markdown table.
 */
public final class NetworkBenchmark {
  private static final String ROOT = "stemspark.root";
  private static final String LIBTORCH = "libtorch";
  private static final String ONNX_RUNTIME = "ONNX Runtime, raw";
  private static final double LEARNING_RATE = 1e-3;
  private static final double MASK_TOLERANCE = 1e-3;
  private static final long SEED = 1;

  private NetworkBenchmark() {}

  /**
   * Takes no arguments, but the system property {@code stemspark.root}, the folder that holds
   * {@code conf/}, and the environment variable {@code OMP_NUM_THREADS}, 1.
   */
  public static void main(String[] arguments) {
    System.out.println(Machine.describe());
    requireOneThread();
    requireFastPath();
    System.out.println(
        """

        | network | what | engine | median ms | ratio |
        |---|---|---|---:|---|""");
    for (NetworkCase network : NetworkCase.all(root())) {
      System.err.printf("Measuring the %s network ...%n", network.name());
      measure(network);
    }
  }

  private static Path root() {
    String root = System.getProperty(ROOT);
    if (root == null) {
      throw new IllegalStateException(
          "The system property %s is missing; target/run.sh sets it".formatted(ROOT));
    }
    return Path.of(root);
  }

  private static void requireOneThread() {
    String threads = System.getenv("OMP_NUM_THREADS");
    if (!"1".equals(threads)) {
      throw new IllegalStateException(
          "OMP_NUM_THREADS is %s where 1 was expected; target/run.sh sets it".formatted(threads));
    }
  }

  private static void requireFastPath() {
    Nd4jBackend backend = Nd4jBackend.detect();
    if (!backend.fastPath()) {
      throw new IllegalStateException(
          backend + "; target/run.sh passes the flags that turn the helper on");
    }
  }

  private static void measure(NetworkCase network) {
    ComputationGraph graph =
        UNetGraph.create(
            network.unet(), network.patch(), new Adam(LEARNING_RATE), SEED, DataType.FLOAT);
    ExamplePatches example = new ExamplePatches(network.patch(), 1, SEED);
    TorchEngine torch = new TorchEngine(network.unet(), graph.params(), example, LEARNING_RATE, 1);
    print(network.name(), "inference", inference(network, graph, torch, example));
    TorchEngine channelsLast =
        new TorchEngine(network.unet(), graph.params(), example, LEARNING_RATE, 1)
            .withChannelsLast();
    print(network.name(), "training step", training(network, graph, torch, channelsLast, example));
  }

  private static void print(String network, String what, List<Timing> timings) {
    for (Timing timing : timings) {
      String ratio =
          timing
              .ratio()
              .map(
                  r -> String.format(Locale.ROOT, "%.2f x %s", r, timing.yardstick().orElseThrow()))
              .orElse("");
      System.out.printf(
          Locale.ROOT,
          "| %s | %s | %s | %.1f | %s |%n",
          network,
          what,
          timing.engine(),
          timing.milliseconds(),
          ratio);
    }
  }

  private static List<Timing> inference(
      NetworkCase network, ComputationGraph graph, TorchEngine torch, ExamplePatches example) {
    byte[] model = OnnxExport.export(graph, network.unet(), network.patch());
    Dl4jNetwork dl4j = new Dl4jNetwork(graph, network.patch());
    try (OnnxNetwork onnx = OnnxNetwork.onCpu(model, NetworkSpec.Patches.unet(network.patch()), 1);
        RawOnnxSession raw = new RawOnnxSession(model, example)) {
      float[] masks = new float[example.mixture().length];
      float[] others = masks.clone();
      onnx.run(example.mixture(), 1, masks);
      dl4j.run(example.mixture(), 1, others);
      requireEqual(masks, others, "Deeplearning4j");
      requireEqual(masks, torch.masks(), LIBTORCH);
      return RoundRobin.measure(
          List.of(
              Contestant.against(
                  LIBTORCH, "Deeplearning4j", () -> dl4j.run(example.mixture(), 1, others)),
              Contestant.alone(LIBTORCH, torch::masks),
              Contestant.against(
                  ONNX_RUNTIME,
                  "ONNX Runtime, OnnxNetwork",
                  () -> onnx.run(example.mixture(), 1, others)),
              Contestant.alone(ONNX_RUNTIME, raw::run)),
          network.warmups(),
          network.repetitions());
    }
  }

  private static List<Timing> training(
      NetworkCase network,
      ComputationGraph graph,
      TorchEngine torch,
      TorchEngine channelsLast,
      ExamplePatches example) {
    MultiDataSet batch = example.batch();
    ComputationGraph inTorch =
        TrainingBackend.TORCH.create(
            network.unet(), network.patch(), new Adam(LEARNING_RATE), SEED);
    ComputationGraph inBfloat16 =
        TrainingBackend.TORCH_BFLOAT16.create(
            network.unet(), network.patch(), new Adam(LEARNING_RATE), SEED);
    return RoundRobin.measure(
        List.of(
            Contestant.against(LIBTORCH, "Deeplearning4j, ND4J", () -> graph.fit(batch)),
            Contestant.against(LIBTORCH, "Deeplearning4j, libtorch", () -> inTorch.fit(batch)),
            Contestant.against(
                LIBTORCH, "Deeplearning4j, libtorch, bfloat16", () -> inBfloat16.fit(batch)),
            Contestant.against(LIBTORCH, "libtorch, channels last", channelsLast::step),
            Contestant.alone(LIBTORCH, torch::step)),
        network.warmups(),
        network.repetitions());
  }

  /** Engines that do not compute the same are not worth comparing. */
  private static void requireEqual(float[] expected, float[] masks, String engine) {
    for (int i = 0; i < expected.length; i++) {
      if (!(Math.abs(expected[i] - masks[i]) < MASK_TOLERANCE)) {
        throw new IllegalStateException(
            "%s computes another network. Element %d of the mask is %s, and %s in ONNX Runtime."
                .formatted(engine, i, masks[i], expected[i]));
      }
    }
  }
}
