package io.stemspark.training;

import io.stemspark.internal.export.UNetParameters;
import io.stemspark.internal.torch.CudaDevices;
import io.stemspark.internal.torch.Nd4jBackend;
import io.stemspark.internal.torch.TorchDevice;
import io.stemspark.internal.torch.TorchLayer;
import io.stemspark.network.UNetConfig;
import io.stemspark.patch.PatchConfig;
import io.stemspark.unet.Loss;
import io.stemspark.unet.UNetGraph;
import io.stemspark.unet.UNetGraph.LearningRule;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.IUpdater;

/** The engine that computes the network's passes in training. */
public enum TrainingBackend {
  /** ND4J, layer by layer: the reference. */
  ND4J(260),
  /** libtorch, as one layer of Deeplearning4j's graph. */
  TORCH(52),
  /**
   * The same with bfloat16 for convolutions and what is computed from their results; weights and
   * statistics are floats.
   */
  TORCH_BFLOAT16(28);

  /** Memory for code and for what libraries keep for themselves. */
  private static final long LIBRARY_BYTES = 256L << 20;

  /** The estimate was off by as much for the networks that were measured. */
  private static final double MARGIN = 4 / 3.0;

  /** Weights, their gradients, moments and averages, and copies on their way. */
  private static final long BYTES_PER_PARAMETER = 32;

  /** Bytes that a step takes for each number of an encoder block's output. */
  private final int bytesPerFeature;

  TrainingBackend(int bytesPerFeature) {
    this.bytesPerFeature = bytesPerFeature;
  }

  /**
   * The most main memory that a worker takes outside the Java heap. It is no less than was measured
   * with the starter and the default network on patches of 128 x 1024, and no more than three
   * quarters above that.
   *
   * @param batch patches per step
   */
  public long workerBytes(UNetConfig unet, PatchConfig patch, int batch) {
    int positions = patch.size() / unet.fold().size();
    long features = (long) unet.bottleneck() * (positions >> (2 * unet.levels()));
    for (int level = 0; level < unet.levels(); level++) {
      features += (long) unet.features().get(level) * (positions >> (2 * level));
    }
    long bytes =
        LIBRARY_BYTES
            + BYTES_PER_PARAMETER * new UNetParameters(unet).length()
            + batch * features * bytesPerFeature;
    return (long) (MARGIN * bytes);
  }

  /**
   * A network with fresh weights, which are the same for all engines. {@code init} has been called
   * on it.
   */
  public ComputationGraph create(
      UNetConfig config, PatchConfig patch, IUpdater updater, long seed) {
    return create(config, patch, new LearningRule(updater, 0, Loss.MAGNITUDE, false), seed);
  }

  /**
   * Checks that this engine can fit a network with frozen batch norms, or without.
   *
   * @throws IllegalArgumentException when it cannot
   */
  void requireComputes(boolean frozenBatchNorm) {
    if (this == ND4J && frozenBatchNorm) {
      throw new IllegalArgumentException(
          "The engine nd4j normalises by each batch. Expected compute = torch or torch-bfloat16 where batch norms are frozen.");
    }
  }

  /** The same, fitted as {@code rule} says. */
  public ComputationGraph create(
      UNetConfig config, PatchConfig patch, LearningRule rule, long seed) {
    requireComputes(rule.frozenBatchNorm());
    return switch (this) {
      case ND4J -> UNetGraph.create(config, patch, rule, seed, DataType.FLOAT);
      case TORCH -> TorchLayer.graph(config, patch, rule, seed, DataType.FLOAT, false);
      case TORCH_BFLOAT16 -> TorchLayer.graph(config, patch, rule, seed, DataType.FLOAT, true);
    };
  }

  /** Whether it would use a GPU in this process. */
  public boolean usesGpu() {
    return this == ND4J ? !Nd4j.getEnvironment().isCPU() : TorchDevice.current().place().is_cuda();
  }

  /**
   * Checks that this engine can compute in this process.
   *
   * @throws IllegalStateException when it cannot, or when it would leave an assigned GPU unused;
   *     the message says what would help
   */
  public void requireUsable() {
    CudaDevices.requireOne();
    // ND4J holds weights and batches for every engine.
    Nd4jBackend backend = Nd4jBackend.detect();
    if (this == ND4J) {
      backend.requireUses(CudaDevices.assignment());
    } else {
      TorchDevice.current();
    }
  }
}
