package io.stemspark.internal.session;

import io.stemspark.internal.averaging.ArraySerialization;
import java.util.List;
import java.util.OptionalDouble;
import org.apache.spark.SparkConf;
import org.apache.spark.serializer.KryoSerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a training sets in Spark. Containers of executors get as much memory outside the Java heap
 * as their workers take, unless the user sets it. Where Spark knows how many executors there will
 * be, a run waits half a minute for all of them, because it keeps as many workers as it starts
 * with.
 */
public final class TrainingConf {
  static final String OVERHEAD = "spark.executor.memoryOverhead";

  /** Its name in older releases of Spark, which still counts. */
  static final String FORMER_OVERHEAD = "spark.yarn.executor.memoryOverhead";

  private static final List<String> OVERHEAD_FACTORS =
      List.of("spark.executor.memoryOverheadFactor", "spark.kubernetes.memoryOverheadFactor");

  /** What an executor takes beside its heap without a training: Spark's own rule, in MiB. */
  private static final long MIN_OVERHEAD = 384;

  private static final double OVERHEAD_OF_HEAP = 0.1;
  private static final Logger LOG = LoggerFactory.getLogger(TrainingConf.class);

  private TrainingConf() {}

  /**
   * Sets what a training needs.
   *
   * @param workerBytes main memory that one worker takes; one on a GPU takes little of it
   */
  static void prepare(SparkConf conf, long workerBytes) {
    reserveMemory(conf, workerBytes);
    conf.setIfMissing("spark.scheduler.minRegisteredResourcesRatio", "1");
    passWeights(conf);
  }

  /** Lets weights pass between processes as fast as they can, in any number. */
  public static void passWeights(SparkConf conf) {
    conf.set("spark.serializer", KryoSerializer.class.getName());
    conf.set("spark.kryo.registrator", ArraySerialization.class.getName());
    conf.setIfMissing("spark.driver.maxResultSize", "0");
  }

  private static void reserveMemory(SparkConf conf, long workerBytes) {
    int tasks = conf.getInt("spark.executor.cores", 1) / conf.getInt("spark.task.cpus", 1);
    long workers = (tasks * workerBytes) >> 20;
    boolean gpus = conf.getInt("spark.executor.resource.gpu.amount", 0) > 0;
    if (conf.contains(OVERHEAD)) {
      if (!gpus && hasContainers(conf) && conf.getSizeAsMb(OVERHEAD) < workers) {
        LOG.warn(
            "{} = {} may be too little: training may take {} MiB of an executor there, with {}"
                + " workers at a time, and its container may be killed. Fewer patches in a batch"
                + " or fewer cores of an executor take less.",
            OVERHEAD,
            conf.get(OVERHEAD),
            workers,
            tasks);
      }
      return;
    }
    OptionalDouble factor =
        OVERHEAD_FACTORS.stream()
            .filter(conf::contains)
            .mapToDouble(key -> conf.getDouble(key, 0))
            .findFirst();
    if (gpus) {
      conf.setIfMissing(OVERHEAD_FACTORS.get(0), String.valueOf(factor.orElse(1)));
      return;
    }
    // A factor is a rule for all jobs, and is relative to the heap, which workers hardly use.
    long heap = conf.getSizeAsMb("spark.executor.memory", "1g");
    long spark = (long) Math.max(MIN_OVERHEAD, OVERHEAD_OF_HEAP * heap);
    if (spark + workers > factor.orElse(0) * heap) {
      conf.set(OVERHEAD, spark + workers + "m");
    }
  }

  /** Whether executors run in containers, which limit the memory beside their heap. */
  private static boolean hasContainers(SparkConf conf) {
    String master = conf.get("spark.master");
    return master.startsWith("yarn") || master.startsWith("k8s");
  }
}
