package io.stemspark.internal.torch;

import com.sun.jna.Function;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The NVIDIA GPUs that this process is to use. Nothing may have used CUDA before: what has, sees
 * all of the machine's.
 */
public final class CudaDevices {
  /** What a process was told of GPUs. */
  enum Assignment {
    /** Nothing: it trains nothing, as a cluster's driver does, or it does so outside Spark. */
    UNKNOWN,
    /** To use those that it sees. */
    SOME,
    /** That others use them all. */
    NONE
  }

  private static final int SECONDS_TO_DESCRIBE = 10;

  private static volatile Assignment assignment = Assignment.UNKNOWN;
  private static volatile int shown;

  private CudaDevices() {}

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
    shown = addresses.size();
    assignment = Assignment.SOME;
  }

  /** Training uses one GPU per process: more would be idle, or other executors' too. */
  public static void requireOne() {
    if (shown > 1) {
      throw new IllegalStateException(
          "Spark has assigned %d GPUs to this executor, and training uses one: set".formatted(shown)
              + " spark.executor.resource.gpu.amount = 1, on YARN with its isolation of GPUs, for"
              + " without it every executor is given all of its machine");
    }
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

  /** Has a build for GPUs use those that there are, and another one the processor. */
  public static void showAll() {
    assignment = TorchDevice.hasCuda() ? Assignment.SOME : Assignment.UNKNOWN;
  }

  /** Hides all GPUs from CUDA, for they are others', and has a build for GPUs say so. */
  public static void showNone() {
    setEnvironment("CUDA_VISIBLE_DEVICES", "");
    assignment = Assignment.NONE;
  }

  /** What nvidia-smi tells of this machine's GPUs: names, compute capabilities, drivers. */
  static String describe() {
    try {
      Process process =
          new ProcessBuilder(
                  "nvidia-smi",
                  "--query-gpu=index,name,compute_cap,driver_version",
                  "--format=csv,noheader")
              .redirectErrorStream(true)
              .start();
      if (!process.waitFor(SECONDS_TO_DESCRIBE, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        return "nvidia-smi does not answer";
      }
      String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return "nvidia-smi says: " + text.strip().replace("\n", "; ");
    } catch (IOException e) {
      return "nvidia-smi cannot be asked: " + e.getMessage();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "nvidia-smi was not asked";
    }
  }

  public static Assignment assignment() {
    return assignment;
  }
}
