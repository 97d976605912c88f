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
  /** In the jar of libtorch's CUDA build, and in no other. */
  private static final String CUDA_BUILD =
      "/org/bytedeco/pytorch/linux-x86_64-gpu/libjnitorch_cuda.so";

  private static TorchDevice current;
  private static String problem;

  /**
   * What {@link TorchPasses} computes on: as {@link CudaDevices} says, the processor or a GPU.
   *
   * @throws IllegalStateException when a GPU is to be used and cannot be
   */
  public static synchronized TorchDevice current() {
    if (problem != null) {
      throw new IllegalStateException(problem); // a second attempt to load libtorch says less
    }
    if (current == null) {
      try {
        current = chosen(CudaDevices.assignment(), hasCuda());
      } catch (IllegalStateException e) {
        problem = e.getMessage();
        throw e;
      } catch (LinkageError e) {
        problem =
            "libtorch does not load. Built for NVIDIA GPUs it needs libraries of CUDA and cuDNN,"
                + " which the system has to find (docs/how-to/gpu.md): "
                + Nd4jBackend.root(e).getMessage();
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
          "Spark has assigned a GPU, and libtorch in this build computes on processors alone:"
              + " build with ./mvnw package -Pcuda -DskipTests, or ask Spark for no GPU (with"
              + " -Pcuda-legacy, stemspark.training.compute = nd4j is what uses it)");
    }
    if (gpus == CudaDevices.Assignment.NONE && cuda) {
      throw new IllegalStateException(
          "this is the build for NVIDIA GPUs, and Spark has assigned none to this executor:"
              + " add conf/gpu.conf, or build with ./mvnw package -DskipTests");
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
              + " missing or older than 580; "
              + CudaDevices.describe());
    }
    Device gpu = new Device("cuda:0");
    requireComputes(gpu);
    return new TorchDevice(gpu, false);
  }

  /** A GPU of a generation that the build has no code for is there, but fails to compute. */
  private static void requireComputes(Device gpu) {
    try (TensorOptions options = new TensorOptions(gpu);
        Tensor image = torch.ones(new long[] {1, 1, 2, 2}, options);
        Tensor kernel = torch.ones(new long[] {1, 1, 2, 2}, options);
        Tensor sum = torch.conv2d(image, kernel)) {
      if (sum.item_float() != 4) {
        throw new IllegalStateException("1 + 1 + 1 + 1 is " + sum.item_float());
      }
    } catch (RuntimeException e) {
      throw new IllegalStateException(
          "the NVIDIA GPU cannot run libtorch, which in the build with -Pcuda has code for compute"
              + " capability 7.5 and newer; %s: %s"
                  .formatted(CudaDevices.describe(), e.getMessage()),
          e);
    }
  }
}
