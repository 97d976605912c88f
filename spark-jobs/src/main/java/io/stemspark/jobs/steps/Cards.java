package io.stemspark.jobs.steps;

import io.stemspark.network.Engine;
import io.stemspark.network.OnnxNetwork;
import io.stemspark.unet.CudaCards;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.resource.ResourceInformation;

/** The NVIDIA card that a task may use. */
public final class Cards {
  static final String GPU = "gpu";

  private static final String MASTER = "spark.master";
  private static final Path FIRST = Path.of("/dev/nvidia0");

  /** Those that CUDA shows this executor, in the order in which it numbers them. */
  private static volatile List<String> shown = List.of();

  private Cards() {}

  static void assign(List<String> addresses) {
    CudaCards.showOnly(addresses);
    shown = List.copyOf(addresses);
  }

  /**
   * The number, in this process, of the card that Spark has assigned; where Spark runs in one
   * process, of any there is. None for an engine that does not run in ONNX Runtime on one.
   *
   * @throws IllegalStateException when a card was assigned that this build could not use
   */
  public static OptionalInt ofTask(Engine engine) {
    if (engine == Engine.CPU) {
      return OptionalInt.empty();
    }
    if (isAssigned() && !OnnxNetwork.hasCuda()) {
      throw new IllegalStateException(
          "Spark has assigned a GPU, and ONNX Runtime in this build computes on processors alone:"
              + " build with ./mvnw package -Pcuda -DskipTests, or ask Spark for no GPU");
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
    return oneProcess ? ofThisMachine() : OptionalInt.empty();
  }

  private static int numberOf(String address) {
    int number = shown.indexOf(address);
    if (number < 0) {
      throw new IllegalStateException(
          "Spark has assigned GPU %s, and %s has not shown it to this executor: leave it in spark.plugins"
              .formatted(address, CardPlugin.class.getName()));
    }
    return number;
  }

  /** The first card of this machine, if it has one. */
  public static OptionalInt ofThisMachine() {
    return Files.exists(FIRST) ? OptionalInt.of(0) : OptionalInt.empty();
  }
}
