package io.stemspark.internal.session;

import io.stemspark.internal.averaging.ArraySerialization;
import io.stemspark.internal.gpu.GpuPlugin;
import io.stemspark.settings.SettingException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.serializer.JavaSerializer;
import org.apache.spark.serializer.KryoSerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The Spark and Hadoop settings of a run. */
public final class SparkSettings {
  private static final String EXECUTOR_OPTIONS = "spark.executor.extraJavaOptions";
  private static final String HADOOP = "spark.hadoop.";

  /** The setting of the folder in which S3A keeps parts of objects that are being written. */
  private static final String BUFFERS = "fs.s3a.buffer.dir";

  private static final String PLUGINS = "spark.plugins";
  private static final String PAGE = "spark.ui.enabled";
  private static final Pattern MASTER =
      Pattern.compile(
          "local(?:\\[(?:[1-9]\\d{0,3}|\\*)(?:\\s*,\\s*[1-9]\\d*)?])?|local-cluster\\[.+]|yarn|(?:spark|k8s)://.+");

  private static final Pattern LOCAL =
      Pattern.compile("local(?:\\[(\\d+|\\*)(?:\\s*,\\s*\\d+)?])?");
  private static final Pattern WHOLE = Pattern.compile("[1-9]\\d{0,5}");
  private static final Pattern SIZE = Pattern.compile("(?i)\\d{1,12}(?:[kmgtp]?b?)");
  private static final int ATTEMPTS = 4;
  private static final String OVERHEAD = "spark.executor.memoryOverhead";
  private static final List<String> OVERHEAD_FACTORS =
      List.of("spark.executor.memoryOverheadFactor", "spark.kubernetes.memoryOverheadFactor");

  /** What an executor takes beside its heap without a training: Spark's own rule, in MiB. */
  private static final long MIN_OVERHEAD = 384;

  private static final double OVERHEAD_OF_HEAP = 0.1;

  private static final String LOOPBACK = "127.0.0.1";
  private static final int SECRET_BYTES = 32;

  /** What Spark leaves out of logs and event logs: its own rule, and keys of more stores. */
  private static final String SECRETS =
      "(?i)secret|password|passwd|passphrase|token|credential|signature|access[.-]?key"
          + "|account[.-]?key|api[.-]?key|private[.-]?key|encryption[.-]?key"
          + "|(?:^|[^a-z])(?:sas|sig|pwd|authorization|key|keys)(?:[^a-z]|$)";

  private static final Logger LOG = LoggerFactory.getLogger(SparkSettings.class);

  private final SparkConf conf;

  /** Hadoop's own files, which are long: they are parsed once. */
  private final Configuration files = new Configuration();

  /**
   * Combines the run's Spark properties with the runtime flags for its executors.
   *
   * @param master Spark's master URL; without one spark-submit chooses, or it is this machine
   * @param properties Spark properties without "spark."; they yield to those given to spark-submit
   */
  public SparkSettings(String name, Optional<String> master, Map<String, String> properties) {
    conf = new SparkConf().setAppName(name);
    properties.forEach((key, value) -> conf.setIfMissing("spark." + key, value));
    master.ifPresent(conf::setMaster);
    conf.setIfMissing("spark.master", "local[*]");
    requireUsable();
    Matcher local = LOCAL.matcher(conf.get("spark.master"));
    if (local.matches() && local.group(1) != null) {
      // As many attempts as on a cluster, so that a broken connection ends no run on a laptop.
      conf.setMaster("local[%s,%d]".formatted(local.group(1), ATTEMPTS));
    }
    if (conf.get("spark.master").startsWith("local")) {
      keepToThisMachine();
    }
    conf.setIfMissing("spark.redaction.regex", SECRETS);
    // A cluster's defaults may name Kryo, which cannot read Java's immutable lists.
    conf.set("spark.serializer", JavaSerializer.class.getName());
    String plugins = conf.get(PLUGINS, "");
    conf.set(PLUGINS, GpuPlugin.class.getName() + (plugins.isBlank() ? "" : "," + plugins));
    RuntimeFlags flags = RuntimeFlags.load();
    String options = conf.get(EXECUTOR_OPTIONS, "");
    conf.set(EXECUTOR_OPTIONS, (flags.jvmOptions() + " " + options).strip());
    flags
        .environment()
        .forEach((key, value) -> conf.setIfMissing("spark.executorEnv." + key, value));
  }

  /** The same on a master. */
  public SparkSettings(String name, String master, Map<String, String> properties) {
    this(name, Optional.of(master), properties);
  }

  /** Refuses what would end the run later, with a message of Spark or Java. */
  private void requireUsable() {
    String master = conf.get("spark.master");
    if (!MASTER.matcher(master).matches()) {
      throw new SettingException(
          ("The Spark master %s is not valid. Expected local[N], spark://HOST:PORT, yarn or"
                  + " k8s://URL.")
              .formatted(master));
    }
    for (String key : List.of("spark.task.cpus", "spark.executor.cores")) {
      String value = conf.get(key, "1");
      if (!WHOLE.matcher(value).matches()) {
        throw new SettingException(
            "%s = %s. Expected a whole number from 1.".formatted(key, value));
      }
    }
    for (String key : List.of("spark.executor.memory", "spark.driver.memory", OVERHEAD)) {
      String value = conf.get(key, "1g");
      if (!SIZE.matcher(value).matches()) {
        throw new SettingException(
            "%s = %s. Expected a size such as 4g or 512m.".formatted(key, value));
      }
    }
  }

  /**
   * Spark in one process still listens. Here it does so on the loopback device alone, and only for
   * those who have the secret.
   */
  private void keepToThisMachine() {
    // The default folder, in /tmp, has a name that other users can take first.
    if (isDefault(BUFFERS)) {
      conf.setIfMissing(HADOOP + BUFFERS, "${java.io.tmpdir}/s3a");
    }
    conf.setIfMissing("spark.driver.bindAddress", LOOPBACK);
    conf.setIfMissing("spark.driver.host", LOOPBACK);
    // Spark's page takes its address from there alone, and listens on all addresses without it.
    boolean open = System.getenv("SPARK_LOCAL_IP") == null;
    if (conf.getBoolean(PAGE, true) && open) {
      if (conf.contains(PAGE)) {
        LOG.warn(
            "{} = true is ignored: Spark's page would listen on all addresses of this machine."
                + " With SPARK_LOCAL_IP=127.0.0.1 in the environment, it listens on that one only.",
            PAGE);
      }
      conf.set(PAGE, "false");
    }
    if (!conf.contains("spark.authenticate")) {
      byte[] secret = new byte[SECRET_BYTES];
      new SecureRandom().nextBytes(secret);
      conf.set("spark.authenticate", "true");
      conf.set("spark.authenticate.secret", HexFormat.of().formatHex(secret));
    }
  }

  /** Whether no file of this machine sets a key of Hadoop's. */
  private boolean isDefault(String key) {
    String[] sources = files.getPropertySources(key);
    return sources == null || sources[sources.length - 1].endsWith("-default.xml");
  }

  /**
   * Prepares for a training. Weights pass between processes as fast as they can, in any number.
   * Containers of executors get as much memory outside the Java heap as their workers take, unless
   * the user sets it. Where Spark knows how many executors there will be, a run waits half a minute
   * for all of them, because it keeps as many workers as it starts with.
   *
   * @param workerBytes main memory that one worker takes; one on a GPU takes little of it
   */
  public SparkSettings forTraining(long workerBytes) {
    reserveMemory(workerBytes);
    conf.setIfMissing("spark.scheduler.minRegisteredResourcesRatio", "1");
    conf.set("spark.serializer", KryoSerializer.class.getName());
    conf.set("spark.kryo.registrator", ArraySerialization.class.getName());
    conf.setIfMissing("spark.driver.maxResultSize", "0");
    return this;
  }

  private void reserveMemory(long workerBytes) {
    int tasks = conf.getInt("spark.executor.cores", 1) / conf.getInt("spark.task.cpus", 1);
    long workers = (tasks * workerBytes) >> 20;
    boolean gpus = conf.getInt("spark.executor.resource.gpu.amount", 0) > 0;
    if (conf.contains(OVERHEAD)) {
      if (!gpus && hasContainers() && conf.getSizeAsMb(OVERHEAD) < workers) {
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
  private boolean hasContainers() {
    String master = conf.get("spark.master");
    return master.startsWith("yarn") || master.startsWith("k8s");
  }

  /** Settings to reach storage before Spark runs, so that a wrong path is found in a second. */
  public Configuration hadoop() {
    Configuration configuration = new Configuration(files);
    for (var property : conf.getAllWithPrefix(HADOOP)) {
      configuration.set(property._1(), property._2());
    }
    return configuration;
  }

  /** The cores to use where Spark would run in this process alone; empty on a cluster. */
  public OptionalInt localCores() {
    Matcher local = LOCAL.matcher(conf.get("spark.master"));
    if (!local.matches()) {
      return OptionalInt.empty();
    }
    String cores = local.group(1);
    return OptionalInt.of(
        cores == null
            ? 1
            : cores.equals("*")
                ? Runtime.getRuntime().availableProcessors()
                : Integer.parseInt(cores));
  }

  /** Starts Spark without its support for tables, which takes as long again to load. */
  public JavaSparkContext start() {
    return JavaSparkContext.fromSparkContext(SparkContext.getOrCreate(conf));
  }
}
