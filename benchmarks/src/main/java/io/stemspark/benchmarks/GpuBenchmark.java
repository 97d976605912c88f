package io.stemspark.benchmarks;

import io.stemspark.internal.export.OnnxExport;
import io.stemspark.internal.onnx.OnnxNetwork;
import io.stemspark.internal.torch.CudaDevices;
import io.stemspark.network.NetworkSpec;
import io.stemspark.network.UNetConfig;
import io.stemspark.patch.PatchConfig;
import io.stemspark.training.TrainingBackend;
import io.stemspark.unet.UNetGraph;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

/**
 * What a training step on an NVIDIA GPU gives and takes: first that it is the step that ND4J takes
 * on the processor in double precision, then its time against that of plain libtorch on the GPU,
 * whose weights and batch lie there, and the share of it that copies take; then that ONNX Runtime's
 * masks there are those of the processor. In a build for processors it measures the processor.
 */
public final class GpuBenchmark {
  private static final PatchConfig PATCH = new PatchConfig(128, 1024);
  private static final NetworkCase STARTER =
      NetworkCase.starter(Path.of(System.getProperty("stemspark.root")));
  private static final NetworkCase DEFAULT = NetworkCase.standard();
  private static final double LEARNING_RATE = 1e-4;
  private static final int STEPS = 10;
  private static final double TOLERANCE = 1e-3;

  /** Of products whose factors a GPU has shortened. */
  private static final double SHORTENED = 1e-2;

  /** Of numbers of eight binary digits. */
  private static final double BFLOAT16 = 5e-2;

  private static final int WARMUPS = 2;
  private static final int ROUNDS = 11;

  private GpuBenchmark() {}

  /** Takes "train" or "separate", and the patches of a batch; the default is 16. */
  public static void main(String[] arguments) {
    int batch = arguments.length < 2 ? 16 : Integer.parseInt(arguments[1]);
    System.out.println(Machine.describe());
    // In processes of their own, for libtorch's CUDA is not ONNX Runtime's.
    switch (arguments.length == 0 ? "" : arguments[0]) {
      case "train" -> train(batch);
      case "separate" -> separate(STARTER.unet(), batch);
      default ->
          throw new IllegalArgumentException(
              "Expected train or separate, and perhaps a batch size.");
    }
  }

  private static void train(int batch) {
    CudaDevices.showAll();
    try {
      TrainingBackend.TORCH.requireUsable();
    } catch (IllegalStateException e) {
      System.err.println(e.getMessage());
      System.exit(1);
    }
    Device device = new Device(torch.cuda_is_available() ? "cuda:0" : "cpu");
    System.out.println("libtorch on " + device.str().getString());
    requireAgreement(STARTER, STEPS);
    requireAgreement(DEFAULT, 0); // of so many weights some would part in ten steps
    System.out.printf(
        "%n| network | arithmetic | batch | step, ms | patches/s | over plain libtorch | copies, share |%n"
            + "|---|---|---:|---:|---:|---:|---:|%n");
    measure(STARTER, batch, device);
    if (device.is_cuda()) {
      measure(DEFAULT, batch, device);
    }
  }

  /** Masks of ONNX Runtime on the GPU, as {@code separate} asks for them. */
  private static void separate(UNetConfig unet, int batch) {
    if (!OnnxNetwork.hasCuda()) {
      System.out.println("\nONNX Runtime in this build computes on processors alone");
      return;
    }
    byte[] model = OnnxExport.export(network(TrainingBackend.ND4J, unet, PATCH), unet, PATCH);
    float[] mixture = new ExamplePatches(PATCH, batch, 1).mixture();
    float[] here = new float[mixture.length];
    float[] there = new float[mixture.length];
    try (OnnxNetwork processor = OnnxNetwork.onCpu(model, NetworkSpec.Patches.unet(PATCH), 1);
        OnnxNetwork gpu = OnnxNetwork.onCuda(model, NetworkSpec.Patches.unet(PATCH), 0)) {
      processor.run(mixture, batch, here);
      Timing timing =
          RoundRobin.measure(
                  List.of(Contestant.alone("GPU", () -> gpu.run(mixture, batch, there))),
                  WARMUPS,
                  ROUNDS)
              .get(0);
      System.out.printf(
          Locale.ROOT,
          "%nONNX Runtime on the GPU, starter network: %.1f patches/s; ",
          batch * 1000 / timing.milliseconds());
      require(
          "masks", difference(Nd4j.createFromArray(here), Nd4j.createFromArray(there)), SHORTENED);
    }
  }

  /** Steps in single precision, without the shortened products that GPUs prefer. */
  private static void requireAgreement(NetworkCase network, int steps) {
    System.out.println("the " + network.name() + " network:");
    UNetConfig unet = network.unet();
    torch.globalContext().setAllowTF32CuDNN(false);
    MultiDataSet batch = new ExamplePatches(new PatchConfig(32, 64), 2, 1).batch();
    PatchConfig patch = new PatchConfig(32, 64);
    ComputationGraph there = network(TrainingBackend.TORCH, unet, patch);
    // In double precision: ND4J's own single precision is further from it than libtorch's.
    ComputationGraph here =
        UNetGraph.create(unet, patch, new Adam(LEARNING_RATE), 1, DataType.DOUBLE);
    here.setParams(there.params().castTo(DataType.DOUBLE));
    require(
        "mask",
        difference(here.output(batch.getFeatures())[0], there.output(batch.getFeatures())[0]));
    here.setInputs(batch.getFeatures());
    here.setLabels(batch.getLabels());
    here.computeGradientAndScore();
    there.setInputs(batch.getFeatures());
    there.setLabels(batch.getLabels());
    there.computeGradientAndScore();
    require("loss", Math.abs(there.score() / here.score() - 1));
    require("gradient", difference(here.getFlattenedGradients(), there.getFlattenedGradients()));
    ComputationGraph shortened = network(TrainingBackend.TORCH_BFLOAT16, unet, patch);
    require(
        "mask in bfloat16",
        difference(
            here.output(true, batch.getFeatures())[0],
            shortened.output(true, batch.getFeatures())[0]),
        BFLOAT16);
    // Adam makes much of gradients that are nearly nothing, so that single weights would differ.
    for (int step = 0; step < steps; step++) {
      here.fit(batch);
      there.fit(batch);
    }
    if (steps > 0) {
      require("loss after %d steps".formatted(steps), Math.abs(there.score() / here.score() - 1));
    }
    torch.globalContext().setAllowTF32CuDNN(true);
  }

  private static ComputationGraph network(
      TrainingBackend compute, UNetConfig unet, PatchConfig patch) {
    return compute.create(unet, patch, new Adam(LEARNING_RATE), 1);
  }

  private static void require(String what, double difference) {
    require(what, difference, TOLERANCE);
  }

  private static void require(String what, double difference, double tolerance) {
    System.out.printf(Locale.ROOT, "%s: %.1e from the processor%n", what, difference);
    if (!(difference < tolerance)) {
      throw new IllegalStateException(
          "The difference of the %s is %s. Expected at most %s."
              .formatted(what, difference, tolerance));
    }
  }

  /** Norm of the difference over the norm of what is expected. */
  private static double difference(INDArray expected, INDArray actual) {
    INDArray reference = expected.castTo(DataType.DOUBLE);
    INDArray given = actual.castTo(DataType.DOUBLE);
    return reference.sub(given).norm2Number().doubleValue() / reference.norm2Number().doubleValue();
  }

  private static void measure(NetworkCase measured, int batch, Device device) {
    UNetConfig unet = measured.unet();
    ExamplePatches example = new ExamplePatches(PATCH, batch, 1);
    ComputationGraph network = network(TrainingBackend.TORCH, unet, PATCH);
    ComputationGraph shortened = network(TrainingBackend.TORCH_BFLOAT16, unet, PATCH);
    TorchEngine plain = new TorchEngine(unet, network.params(), example, LEARNING_RATE, device);
    MultiDataSet data = example.batch();
    Copies copies = new Copies(network.params(), data.getFeatures()[0], device);
    List<Timing> timings =
        RoundRobin.measure(
            List.of(
                Contestant.alone("plain libtorch", plain::step),
                Contestant.against("plain libtorch", "float", () -> network.fit(data)),
                Contestant.against("plain libtorch", "bfloat16", () -> shortened.fit(data)),
                Contestant.alone("copies", copies::makeAll)),
            WARMUPS,
            ROUNDS);
    double copying = device.is_cuda() ? timings.get(3).milliseconds() : 0;
    for (Timing timing : timings.subList(1, 3)) {
      double milliseconds = timing.milliseconds();
      System.out.printf(
          Locale.ROOT,
          "| %s | %s | %d | %.1f | %.1f | %.2f | %.2f |%n",
          measured.name(),
          timing.engine(),
          batch,
          milliseconds,
          batch * 1000 / milliseconds,
          timing.ratio().orElseThrow(),
          copying / milliseconds);
    }
  }

  /** What goes to a GPU and comes from it in each step. */
  private static final class Copies {
    private final Tensor hostWeights;
    private final Tensor pinned;
    private final Tensor weights;
    private final Tensor hostPatches;
    private final Tensor patches;

    Copies(INDArray weights, INDArray patches, Device device) {
      hostWeights = host(weights);
      hostPatches = host(patches);
      pinned = device.is_cuda() ? torch.empty_like(hostWeights).pin_memory() : hostWeights;
      this.weights = torch.empty_like(hostWeights).to(device, torch.ScalarType.Float);
      this.patches = torch.empty_like(hostPatches).to(device, torch.ScalarType.Float);
    }

    private static Tensor host(INDArray array) {
      return torch.from_blob(
          array.data().addressPointer(),
          new long[] {array.length()},
          new TensorOptions(torch.ScalarType.Float));
    }

    private void copyThere() {
      Tensor source = patches.is_cuda() ? hostPatches.pin_memory() : hostPatches;
      patches.copy_(source, true);
    }

    /** Weights and spectrograms there, mask back, its gradient there, gradients of weights back. */
    void makeAll() {
      pinned.copy_(hostWeights);
      weights.copy_(pinned, true);
      copyThere();
      hostPatches.copy_(patches);
      copyThere();
      pinned.copy_(weights);
      hostWeights.copy_(pinned);
    }
  }
}
