package io.stemspark.jobs.steps;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.resource.ResourceInformation;

/** The NVIDIA card that a task may use. */
public final class Cards {
  private static final String GPU = "gpu";
  private static final String MASTER = "spark.master";
  private static final Path FIRST = Path.of("/dev/nvidia0");

  private Cards() {}

  /** The card that Spark has assigned; where Spark runs in one process, any there is. */
  public static OptionalInt ofTask() {
    ResourceInformation gpu = TaskContext.get().resourcesJMap().get(GPU);
    if (gpu != null && gpu.addresses().length > 0) {
      return OptionalInt.of(Integer.parseInt(gpu.addresses()[0]));
    }
    String master = SparkEnv.get().conf().get(MASTER);
    boolean oneProcess = master.startsWith("local") && !master.startsWith("local-cluster");
    return oneProcess ? ofThisMachine() : OptionalInt.empty();
  }

  /** The first card of this machine, if it has one. */
  public static OptionalInt ofThisMachine() {
    return Files.exists(FIRST) ? OptionalInt.of(0) : OptionalInt.empty();
  }
}
