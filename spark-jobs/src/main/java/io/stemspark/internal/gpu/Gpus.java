package io.stemspark.internal.gpu;

import io.stemspark.internal.onnx.InferenceSettings;
import io.stemspark.internal.onnx.OnnxNetwork;
import io.stemspark.internal.torch.CudaDevices;
import io.stemspark.network.InferenceBackend;
import java.util.List;
import java.util.OptionalInt;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.resource.ResourceInformation;

/** Tells a task which NVIDIA GPU it may use. */
public final class Gpus {
  static final String GPU = "gpu";

  private static final String MASTER = "spark.master";

  /** The GPUs that CUDA shows this executor, in the order of CUDA's numbers. */
  private static volatile List<String> shown = List.of();

  private Gpus() {}

  static void assign(List<String> addresses) {
    CudaDevices.showOnly(addresses);
    shown = List.copyOf(addresses);
  }

  /**
   * The number, in this process, of the GPU that Spark has assigned to the task; where Spark runs
   * in one process, that of any GPU of the machine. Empty for an engine that does not use a GPU in
   * ONNX Runtime.
   *
   * @throws IllegalStateException when a GPU was assigned that this build could not use
   */
  public static OptionalInt ofTask(InferenceBackend engine) {
    if (engine == InferenceBackend.CPU) {
      return OptionalInt.empty();
    }
    if (isAssigned() && !OnnxNetwork.hasCuda()) {
      throw new IllegalStateException(
          "Spark has assigned a GPU, and ONNX Runtime in this build computes on CPUs only. Build"
              + " with -Pcuda (./mvnw package -Pcuda -DskipTests), or ask Spark for no GPU.");
    }
    return numberOfTask();
  }

  private static boolean isAssigned() {
    ResourceInformation gpu = TaskContext.get().resourcesJMap().get(GPU);
    return gpu != null && gpu.addresses().length > 0;
  }

  static OptionalInt numberOfTask() {
    ResourceInformation gpu = TaskContext.get().resourcesJMap().get(GPU);
    if (isAssigned()) {
      return OptionalInt.of(numberOf(gpu.addresses()[0]));
    }
    String master = SparkEnv.get().conf().get(MASTER);
    boolean oneProcess = master.startsWith("local") && !master.startsWith("local-cluster");
    return oneProcess ? InferenceSettings.gpuOfThisMachine() : OptionalInt.empty();
  }

  private static int numberOf(String address) {
    int number = shown.indexOf(address);
    if (number < 0) {
      throw new IllegalStateException(
          ("Spark has assigned GPU %s, but the plugin %s has not shown it to this executor."
                  + " Leave that plugin in spark.plugins.")
              .formatted(address, GpuPlugin.class.getName()));
    }
    return number;
  }
}
