package io.stemspark.internal.torch;

import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;

/**
 * Where libtorch computes in this process.
 *
 * @param place as libtorch calls it
 * @param sharesMemory whether it reads and writes Deeplearning4j's arrays where they are
 */
public record TorchDevice(Device place, boolean sharesMemory) {
  /** A file that only the jar of libtorch's CUDA build holds. */
  private static final String CUDA_BUILD =
      "/org/bytedeco/pytorch/linux-x86_64-gpu/libjnitorch_cuda.so";

  private static TorchDevice current;
  private static String problem;

  /**
   * What {@link TorchPasses} computes on: the CPU or a GPU, as {@link CudaDevices} says.
   *
   * @throws IllegalStateException when a GPU must be used and cannot be
   */
  public static synchronized TorchDevice current() {
    if (problem != null) {
      throw new IllegalStateException(problem); // loading libtorch again says less
    }
    if (current == null) {
      try {
        current = chosen(CudaDevices.assignment(), hasCuda());
      } catch (IllegalStateException e) {
        problem = e.getMessage();
        throw e;
      } catch (LinkageError e) {
        problem =
            ("libtorch cannot be loaded (%s). A build for NVIDIA GPUs needs the libraries of CUDA"
                    + " and cuDNN, which the system has to find (docs/how-to/gpu.md).")
                .formatted(Nd4jBackend.root(e).getMessage());
        throw new IllegalStateException(problem, e);
      }
    }
    return current;
  }

  static synchronized void use(TorchDevice device) {
    current = device;
  }

  static TorchDevice chosen(CudaDevices.Assignment gpus, boolean cuda) {
    if (gpus == CudaDevices.Assignment.SOME && !cuda) {
      throw new IllegalStateException(
          "Spark has assigned a GPU, and libtorch in this build computes on CPUs only. Build with"
              + " -Pcuda (./mvnw package -Pcuda -DskipTests), or ask Spark for no GPU. In a build"
              + " with -Pcuda-legacy, stemspark.training.compute = nd4j uses the GPU.");
    }
    if (gpus == CudaDevices.Assignment.NONE && cuda) {
      throw new IllegalStateException(
          "This is the build for NVIDIA GPUs, and Spark has assigned none to this executor."
              + " Add conf/gpu.conf, or build for the CPU (./mvnw package -DskipTests).");
    }
    return gpus == CudaDevices.Assignment.SOME ? gpu() : new TorchDevice(new Device("cpu"), true);
  }

  /** Whether this program was built with libtorch's code for NVIDIA GPUs. */
  static boolean hasCuda() {
    return TorchDevice.class.getResource(CUDA_BUILD) != null;
  }

  /** The one GPU that CUDA shows this process, or its first where Spark assigns none. */
  private static TorchDevice gpu() {
    if (torch.cuda_device_count() == 0) {
      throw new IllegalStateException(
          "libtorch, built for CUDA 13, sees no NVIDIA GPU. Either there is none, or its driver is"
              + " missing or older than 580. "
              + CudaDevices.describe());
    }
    Device gpu = new Device("cuda:0");
    requireComputes(gpu);
    return new TorchDevice(gpu, false);
  }

  /** Checks that a GPU computes: one that the build has no code for is visible, but fails. */
  private static void requireComputes(Device gpu) {
    try (TensorOptions options = new TensorOptions(gpu);
        Tensor image = torch.ones(new long[] {1, 1, 2, 2}, options);
        Tensor kernel = torch.ones(new long[] {1, 1, 2, 2}, options);
        Tensor sum = torch.conv2d(image, kernel)) {
      if (sum.item_float() != 4) {
        throw new IllegalStateException(
            "The sum 1 + 1 + 1 + 1 came out as %s.".formatted(sum.item_float()));
      }
    } catch (RuntimeException e) {
      throw new IllegalStateException(
          ("The NVIDIA GPU cannot run libtorch (%s). The build with -Pcuda has code for compute"
                  + " capability 7.5 and newer. %s")
              .formatted(e.getMessage(), CudaDevices.describe()),
          e);
    }
  }
}
