package io.stemspark.internal.averaging;

import io.stemspark.training.TrainingBackend;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How many workers a training finds room for, and whether they can compute. */
public final class WorkerSlots {
  /** Executors register one after the other, as their machines and containers get ready. */
  private static final long STEADY_NANOS = TimeUnit.SECONDS.toNanos(10);

  private static final long LOOK_AGAIN_MILLIS = 100;
  private static final Logger LOG = LoggerFactory.getLogger(WorkerSlots.class);

  private WorkerSlots() {}

  /**
   * Waits until executors have come, and asks this process and those that have whether they can
   * compute.
   *
   * @param wanted workers, or 0 for as many as there is room for
   * @return how many tasks the executors can run at a time
   * @throws IllegalStateException with what one of them lacks
   */
  public static int requireUsable(JavaSparkContext context, int wanted, TrainingBackend compute) {
    compute.requireUsable();
    int slots = count(context, wanted, compute);
    List<String> problems =
        context
            .parallelize(Collections.nCopies(slots, compute), slots)
            .map(WorkerSlots::problem)
            .filter(problem -> !problem.isEmpty())
            .distinct()
            .collect();
    if (!problems.isEmpty()) {
      throw new IllegalStateException(String.join("; ", problems));
    }
    return slots;
  }

  private static int count(JavaSparkContext context, int wanted, TrainingBackend compute) {
    SparkContext spark = context.sc();
    // What Spark goes by when all tasks of a stage have to run at a time: cores, GPUs and what a
    // task takes of them.
    IntSupplier tasks =
        () -> spark.maxNumConcurrentTasks(spark.resourceProfileManager().defaultResourceProfile());
    if (context.isLocal()) {
      return compute.usesGpu() ? 1 : tasks.getAsInt();
    }
    // Spark says by itself that it waits where there is no executor yet.
    context.parallelize(List.of(compute), 1).count();
    int slots = steady(tasks, wanted, STEADY_NANOS);
    int asked = context.getConf().getInt("spark.executor.instances", 0);
    // Spark counts the driver in.
    int come = context.statusTracker().getExecutorInfos().length - 1;
    if (wanted == 0 && come < asked) {
      LOG.warn(
          "Only {} of spark.executor.instances = {} executors have come. Training begins, and goes"
              + " on after --resume, with the {} workers that they have room for."
              + " stemspark.training.workers asks for more.",
          come,
          asked,
          slots);
    }
    return slots;
  }

  /** A number once it has been the same for some time, or is as large as is wanted. */
  static int steady(IntSupplier number, int wanted, long nanos) {
    int seen = number.getAsInt();
    long since = System.nanoTime();
    while ((wanted == 0 || seen < wanted) && System.nanoTime() - since < nanos) {
      pause();
      int now = number.getAsInt();
      if (now != seen) {
        seen = now;
        since = System.nanoTime();
      }
    }
    return Math.max(1, seen);
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("The wait for executors was interrupted.", e);
    }
  }

  private static String problem(TrainingBackend compute) {
    try {
      compute.requireUsable();
      return "";
    } catch (IllegalStateException e) {
      return e.getMessage();
    }
  }
}
