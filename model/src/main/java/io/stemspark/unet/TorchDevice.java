package io.stemspark.unet;

import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;

/**
 * Where libtorch computes in this process.
 *
 * @param place as libtorch calls it
 * @param sharesMemory whether it reads and writes Deeplearning4j's arrays where they are
 */
record TorchDevice(Device place, boolean sharesMemory) {
  /** In the jar of libtorch's CUDA build, and in no other. */
  private static final String CUDA_BUILD =
      "/org/bytedeco/pytorch/linux-x86_64-gpu/libjnitorch_cuda.so";

  private static final String PROCESSOR = "cpu";
  private static final String FIRST_CARD = "cuda:0";

  private static TorchDevice current;
  private static String problem;

  /**
   * What {@link TorchPasses} computes on: as {@link CudaCards} says, the processor or a card.
   *
   * @throws IllegalStateException when a card is to be used and cannot be
   */
  static synchronized TorchDevice current() {
    if (problem != null) {
      throw new IllegalStateException(problem); // a second attempt to load libtorch says less
    }
    if (current == null) {
      try {
        current = chosen(CudaCards.assignment(), hasCuda());
      } catch (IllegalStateException e) {
        problem = e.getMessage();
        throw e;
      }
    }
    return current;
  }

  static synchronized void use(TorchDevice device) {
    current = device;
  }

  static TorchDevice chosen(CudaCards.Assignment cards, boolean cuda) {
    if (cards == CudaCards.Assignment.SOME && !cuda) {
      throw new IllegalStateException(
          "Spark has assigned a GPU, and libtorch in this build computes on processors alone:"
              + " build with ./mvnw package -Pcuda -DskipTests, or ask Spark for no GPU");
    }
    if (cards == CudaCards.Assignment.NONE && cuda) {
      throw new IllegalStateException(
          "this is the build for NVIDIA cards, and Spark has assigned none to this executor:"
              + " add conf/gpu.conf, or build with ./mvnw package -DskipTests");
    }
    return cards == CudaCards.Assignment.SOME
        ? card()
        : new TorchDevice(new Device(PROCESSOR), true);
  }

  /** Whether this program was built with libtorch's code for NVIDIA cards. */
  static boolean hasCuda() {
    return TorchDevice.class.getResource(CUDA_BUILD) != null;
  }

  /** The first card that CUDA shows this process. */
  private static TorchDevice card() {
    try {
      if (torch.cuda_device_count() == 0) {
        throw new IllegalStateException(
            "libtorch sees no NVIDIA card. Either there is none, or its driver is missing or older"
                + " than CUDA 13 needs (nvidia-smi shows both)");
      }
      Device card = new Device(FIRST_CARD);
      requireComputes(card);
      return new TorchDevice(card, false);
    } catch (LinkageError e) {
      throw new IllegalStateException(
          "libtorch's CUDA build does not load, for the libraries of CUDA and cuDNN that it needs"
              + " are not where the system looks for them (deploy/README.md): "
              + Nd4jBackend.root(e).getMessage(),
          e);
    }
  }

  /** A card of a generation that the build has no code for is there, but fails to compute. */
  private static void requireComputes(Device card) {
    try (TensorOptions options = new TensorOptions(card);
        Tensor ones = torch.ones(new long[] {2}, options);
        Scalar two = new Scalar(2);
        Tensor twos = ones.mul(two);
        Tensor sum = twos.sum()) {
      if (sum.item_float() != 4) {
        throw new IllegalStateException("1 + 1 + 1 + 1 is " + sum.item_float());
      }
    } catch (RuntimeException e) {
      throw new IllegalStateException(
          "the NVIDIA card cannot run libtorch, whose code is for compute capability 7.5 and newer: "
              + e.getMessage(),
          e);
    }
  }
}
