package io.stemspark.internal.torch;

import com.sun.jna.Function;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Chooses the NVIDIA GPUs that this process uses. This must happen before anything uses CUDA: code
 * that has used it already sees all GPUs of the machine.
 */
public final class CudaDevices {
  /** Which GPUs this process may use. */
  enum Assignment {
    /** Not known: the process does not train, as a cluster's driver, or trains outside Spark. */
    UNKNOWN,
    /** Those that it sees. */
    SOME,
    /** None: other processes use them all. */
    NONE
  }

  private static final int SECONDS_TO_DESCRIBE = 10;

  private static volatile Assignment assignment = Assignment.UNKNOWN;
  private static volatile int shown;

  private CudaDevices() {}

  /**
   * Hides all other GPUs from CUDA, and so from libtorch, ND4J and ONNX Runtime. These number the
   * visible ones from zero.
   *
   * @param addresses as nvidia-smi numbers them, or UUIDs
   */
  public static void showOnly(List<String> addresses) {
    // By default, CUDA numbers the fastest GPU first.
    setEnvironment("CUDA_DEVICE_ORDER", "PCI_BUS_ID");
    setEnvironment("CUDA_VISIBLE_DEVICES", String.join(",", addresses));
    shown = addresses.size();
    assignment = Assignment.SOME;
  }

  /** Fails if there are several GPUs: training uses one, and others may be using the rest. */
  public static void requireOne() {
    if (shown > 1) {
      throw new IllegalStateException(
          ("Spark has assigned %d GPUs to this executor, and training uses one. Set"
                  + " spark.executor.resource.gpu.amount = 1. On YARN, also turn on its isolation"
                  + " of GPUs: without it, every executor gets all GPUs of its machine.")
              .formatted(shown));
    }
  }

  /** Sets an environment variable of this process for native code, which Java itself cannot. */
  private static void setEnvironment(String name, String value) {
    int overwrite = 1;
    int failed =
        Function.getFunction("c", "setenv").invokeInt(new Object[] {name, value, overwrite});
    if (failed != 0) {
      throw new IllegalStateException(
          "The environment variable %s cannot be set to \"%s\".".formatted(name, value));
    }
  }

  /** Lets a build for GPUs use all GPUs of the machine, and any other build the CPU. */
  public static void showAll() {
    assignment = TorchDevice.hasCuda() ? Assignment.SOME : Assignment.UNKNOWN;
  }

  /** Hides all GPUs, which other processes use, from CUDA. A build for GPUs then says so. */
  public static void showNone() {
    setEnvironment("CUDA_VISIBLE_DEVICES", "");
    assignment = Assignment.NONE;
  }

  /** What nvidia-smi says of this machine's GPUs: names, compute capabilities, drivers. */
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
        return "nvidia-smi does not answer.";
      }
      String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return "nvidia-smi says: " + text.strip().replace("\n", "; ");
    } catch (IOException e) {
      return "nvidia-smi cannot be run: " + e.getMessage();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "The wait for nvidia-smi was interrupted.";
    }
  }

  public static Assignment assignment() {
    return assignment;
  }
}
