package io.stemspark.internal.session;

import io.stemspark.settings.SettingException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.serializer.JavaSerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.Tuple2;

/** The Spark and Hadoop settings of a run. */
public final class SparkSettings {
  private static final String HADOOP = "spark.hadoop.";

  /** The setting of the folder in which S3A keeps parts of objects that are being written. */
  private static final String BUFFERS = "fs.s3a.buffer.dir";

  private static final String PAGE = "spark.ui.enabled";
  private static final String MASTER = "spark.master";
  private static final Pattern MASTERS =
      Pattern.compile(
          "local(?:\\[(?:[1-9]\\d{0,3}|\\*)(?:\\s*,\\s*[1-9]\\d*)?])?|local-cluster\\[.+]|yarn|(?:spark|k8s)://.+");

  private static final Pattern LOCAL =
      Pattern.compile("local(?:\\[(\\d+|\\*)(?:\\s*,\\s*\\d+)?])?");
  private static final Pattern WHOLE = Pattern.compile("[1-9]\\d{0,5}");
  private static final Pattern SIZE = Pattern.compile("(?i)\\d{1,12}(?:[kmgtp]?b?)");
  private static final int ATTEMPTS = 4;
  private static final String LOOPBACK = "127.0.0.1";
  private static final int SECRET_BYTES = 32;

  /** What Spark leaves out of logs and event logs: its own rule, and keys of more stores. */
  private static final String SECRETS =
      "(?i)secret|password|passwd|passphrase|passcode|token|credential|signature"
          + "|(?:access|account|api|application|app|client|encryption|hmac|license|master|primary"
          + "|private|secondary|session|shared|signing|storage|subscription)[._-]?key"
          + "|(?:^|[^a-z])(?:sas|sig|pwd|pass|authorization|key|keys)(?:[^a-z]|$)";

  private static final Logger LOG = LoggerFactory.getLogger(SparkSettings.class);

  /** Spark's own class for them, which takes a while to load, is made when Spark starts. */
  private final Map<String, String> values = new TreeMap<>();

  /** Hadoop's own files, which are long: they are parsed once. */
  private final Configuration files = new Configuration();

  /**
   * Combines the run's Spark properties with the runtime flags for its executors.
   *
   * @param master Spark's master URL; without one spark-submit chooses, or it is this machine
   * @param properties Spark properties without "spark."; they yield to those given to spark-submit
   */
  public SparkSettings(String name, Optional<String> master, Map<String, String> properties) {
    System.getProperties().stringPropertyNames().stream()
        .filter(key -> key.startsWith("spark."))
        .forEach(key -> values.put(key, System.getProperty(key)));
    values.put("spark.app.name", name);
    properties.forEach((key, value) -> values.putIfAbsent("spark." + key, value));
    master.ifPresent(url -> values.put(MASTER, url));
    values.putIfAbsent(MASTER, "local[*]");
    requireUsable();
    Matcher local = LOCAL.matcher(values.get(MASTER));
    if (local.matches() && local.group(1) != null) {
      // As many attempts as on a cluster, so that a broken connection ends no run on a laptop.
      values.put(MASTER, "local[%s,%d]".formatted(local.group(1), ATTEMPTS));
    }
    if (values.get(MASTER).startsWith("local")) {
      keepToThisMachine();
    }
    values.putIfAbsent("spark.redaction.regex", SECRETS);
    // A cluster's defaults may name Kryo, which cannot read Java's immutable lists.
    values.put("spark.serializer", JavaSerializer.class.getName());
    ExecutorSettings.add(values);
  }

  /** The same on a master. */
  public SparkSettings(String name, String master, Map<String, String> properties) {
    this(name, Optional.of(master), properties);
  }

  /** Refuses what would end the run later, with a message of Spark or Java. */
  private void requireUsable() {
    String master = values.get(MASTER);
    if (!MASTERS.matcher(master).matches()) {
      throw new SettingException(
          ("The Spark master %s is not valid. Expected local[N], spark://HOST:PORT, yarn or"
                  + " k8s://URL.")
              .formatted(master));
    }
    requireTruth(PAGE);
    for (String key : List.of("spark.task.cpus", "spark.executor.cores")) {
      String value = values.getOrDefault(key, "1");
      if (!WHOLE.matcher(value).matches()) {
        throw new SettingException(
            "%s = %s. Expected a whole number from 1.".formatted(key, value));
      }
    }
    for (String key :
        List.of(
            "spark.executor.memory",
            "spark.driver.memory",
            TrainingConf.OVERHEAD,
            TrainingConf.FORMER_OVERHEAD)) {
      String value = values.getOrDefault(key, "1g");
      if (!SIZE.matcher(value).matches()) {
        throw new SettingException(
            "%s = %s. Expected a size such as 4g or 512m.".formatted(key, value));
      }
    }
  }

  private void requireTruth(String key) {
    String value = values.getOrDefault(key, "true");
    if (!value.equalsIgnoreCase("true") && !value.equalsIgnoreCase("false")) {
      throw new SettingException("%s = %s. Expected true or false.".formatted(key, value));
    }
  }

  /**
   * Spark in one process still listens. Here it does so on the loopback device alone, and only for
   * those who have the secret.
   */
  private void keepToThisMachine() {
    // The default folder, in /tmp, has a name that other users can take first.
    if (isDefault(BUFFERS)) {
      values.putIfAbsent(HADOOP + BUFFERS, "${java.io.tmpdir}/s3a");
    }
    values.putIfAbsent("spark.driver.bindAddress", LOOPBACK);
    values.putIfAbsent("spark.driver.host", LOOPBACK);
    // Spark's page takes its address from there alone, and listens on all addresses without it.
    boolean open = System.getenv("SPARK_LOCAL_IP") == null;
    if (!values.getOrDefault(PAGE, "true").equalsIgnoreCase("false") && open) {
      if (values.containsKey(PAGE)) {
        LOG.warn(
            "{} = true is ignored: Spark's page would listen on all addresses of this machine."
                + " With SPARK_LOCAL_IP=127.0.0.1 in the environment, it listens on that one only.",
            PAGE);
      }
      values.put(PAGE, "false");
    }
    if (!values.containsKey("spark.authenticate")) {
      byte[] secret = new byte[SECRET_BYTES];
      new SecureRandom().nextBytes(secret);
      values.put("spark.authenticate", "true");
      values.put("spark.authenticate.secret", HexFormat.of().formatHex(secret));
    }
  }

  /** Whether no file of this machine sets a key of Hadoop's. */
  private boolean isDefault(String key) {
    String[] sources = files.getPropertySources(key);
    return sources == null || sources[sources.length - 1].endsWith("-default.xml");
  }

  /**
   * Prepares for a training.
   *
   * @param workerBytes main memory that one worker takes; one on a GPU takes little of it
   */
  public SparkSettings forTraining(long workerBytes) {
    SparkConf conf = conf();
    TrainingConf.prepare(conf, workerBytes);
    for (Tuple2<String, String> property : conf.getAll()) {
      values.put(property._1(), property._2());
    }
    return this;
  }

  /** Settings to reach storage without Spark. */
  public Configuration hadoop() {
    Configuration configuration = new Configuration(files);
    values.forEach(
        (key, value) -> {
          if (key.startsWith(HADOOP)) {
            configuration.set(key.substring(HADOOP.length()), value);
          }
        });
    return configuration;
  }

  /** The cores to use where Spark would run in this process alone; empty on a cluster. */
  public OptionalInt localCores() {
    Matcher local = LOCAL.matcher(values.get(MASTER));
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
    return JavaSparkContext.fromSparkContext(SparkContext.getOrCreate(conf()));
  }

  private SparkConf conf() {
    SparkConf conf = new SparkConf(false);
    values.forEach(conf::set);
    return conf;
  }
}
