package io.stemspark.internal.torch;

import io.stemspark.network.UNetConfig;
import io.stemspark.patch.PatchConfig;
import io.stemspark.unet.UNetGraph;
import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.layers.LayerHelper;
import org.deeplearning4j.nn.layers.convolution.ConvolutionLayer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.NoOp;

/**
 * The backend of ND4J in this process. It holds arrays, and computes the network's passes where
 * ND4J is chosen for that.
 *
 * @param name ND4J's backend, for example {@code CpuBackend}
 * @param helper what runs convolutions, for example {@code MKLDNNConvHelper}, or "none"
 */
public record Nd4jBackend(String name, String helper) {
  private static final String NONE = "none";

  /**
   * Loads ND4J and asks a small network which path its convolutions take.
   *
   * @throws IllegalStateException when ND4J does not load, or has no GPU that it can use
   */
  public static Nd4jBackend detect() {
    try {
      return probed();
    } catch (RuntimeException | LinkageError e) {
      throw new IllegalStateException(
          ("ND4J cannot compute here (%s). The build with -Pcuda-legacy needs CUDA 11.6 and a GPU"
                  + " of compute capability 3.7 to 8.9. ND4J 1.0.0-M2.1 has no code for newer GPUs,"
                  + " from Hopper (H100) on: use the build with -Pcuda for these. %s")
              .formatted(root(e), CudaDevices.describe()),
          e);
    }
  }

  static Throwable root(Throwable failure) {
    return failure.getCause() == null ? failure : root(failure.getCause());
  }

  private static Nd4jBackend probed() {
    ComputationGraph probe =
        UNetGraph.create(
            new UNetConfig(1, 1, List.of(1)), new PatchConfig(2, 2), new NoOp(), 0, DataType.FLOAT);
    var layer = (ConvolutionLayer) probe.getLayer("encoder0.conv1");
    LayerHelper helper = layer.getHelper();
    // On a GPU that the library has no code for, results may be wrong without an error.
    double sum = Nd4j.ones(2, 2).mul(3).sumNumber().doubleValue();
    if (sum != 12) {
      throw new IllegalStateException("The sum 3 + 3 + 3 + 3 came out as %s.".formatted(sum));
    }
    String backend = Nd4j.getBackend().getClass().getSimpleName();
    boolean active = helper != null && helper.checkSupported();
    return new Nd4jBackend(backend, active ? helper.getClass().getSimpleName() : NONE);
  }

  /** Whether convolutions run in oneDNN or cuDNN rather than in ND4J's slow generic code. */
  public boolean fastPath() {
    return !helper.equals(NONE);
  }

  public void requireUses(CudaDevices.Assignment gpus) {
    if (gpus == CudaDevices.Assignment.NONE && !Nd4j.getEnvironment().isCPU()) {
      throw new IllegalStateException(
          "ND4J in this build computes on NVIDIA GPUs, and Spark has assigned none to this"
              + " executor. Add conf/gpu.conf, or build for the CPU (./mvnw package -DskipTests).");
    }
    if (gpus == CudaDevices.Assignment.SOME && Nd4j.getEnvironment().isCPU()) {
      throw new IllegalStateException(
          "compute = nd4j would leave the GPU unused, because ND4J in this build computes on CPUs"
              + " only. Use compute = torch, or build for GPUs (./mvnw package -Pcuda-legacy"
              + " -DskipTests).");
    }
  }

  @Override
  public String toString() {
    return "ND4J " + name + ", convolution helper: " + helper;
  }
}
