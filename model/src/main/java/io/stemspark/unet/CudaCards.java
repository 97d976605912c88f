package io.stemspark.unet;

import com.sun.jna.Function;
import java.util.List;

/**
 * The NVIDIA cards that this process is to use. Nothing may have used CUDA before: what has, sees
 * all of the machine's.
 */
public final class CudaCards {
  /** What a process was told of cards. */
  enum Assignment {
    /** Nothing: it trains nothing, as a cluster's driver does, or it does so outside Spark. */
    UNKNOWN,
    /** To use those that it sees. */
    SOME,
    /** That others use them all. */
    NONE
  }

  private static volatile Assignment assignment = Assignment.UNKNOWN;

  private CudaCards() {}

  /**
   * Hides all others from CUDA, and with it from libtorch, ND4J and ONNX Runtime, which count those
   * that are left from zero.
   *
   * @param addresses as nvidia-smi numbers them, or UUIDs
   */
  public static void showOnly(List<String> addresses) {
    // CUDA would number the fastest first.
    setEnvironment("CUDA_DEVICE_ORDER", "PCI_BUS_ID");
    setEnvironment("CUDA_VISIBLE_DEVICES", String.join(",", addresses));
    assignment = Assignment.SOME;
  }

  /** Of this process, as native code sees it; Java has no way to change it. */
  private static void setEnvironment(String name, String value) {
    int overwrite = 1;
    int failed =
        Function.getFunction("c", "setenv").invokeInt(new Object[] {name, value, overwrite});
    if (failed != 0) {
      throw new IllegalStateException("cannot set %s=%s".formatted(name, value));
    }
  }

  /** Has a build for cards use those that there are, and another one the processor. */
  public static void showAll() {
    assignment = TorchDevice.hasCuda() ? Assignment.SOME : Assignment.UNKNOWN;
  }

  /** Has a build for cards say that it was given none. */
  public static void showNone() {
    assignment = Assignment.NONE;
  }

  static Assignment assignment() {
    return assignment;
  }
}
