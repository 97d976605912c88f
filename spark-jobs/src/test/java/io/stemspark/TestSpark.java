package io.stemspark;

import io.stemspark.internal.session.RuntimeFlags;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.apache.spark.launcher.SparkLauncher;
import org.apache.spark.sql.SparkSession;

/** Spark for tests: threads of this process, or executors that are processes of their own. */
public final class TestSpark {
  private TestSpark() {}

  public static SparkSession local() {
    return start("local[2]", new HashMap<>());
  }

  /** Two executors with one core each, started through Spark's own local-cluster master. */
  public static SparkSession twoExecutors() throws IOException {
    // The build points SPARK_HOME at a folder that stands in for a Spark installation.
    Files.createDirectories(Path.of(System.getenv("SPARK_HOME"), "jars"));
    RuntimeFlags flags = RuntimeFlags.load();
    Map<String, String> properties = new HashMap<>();
    properties.put("spark.executor.extraClassPath", System.getProperty("java.class.path"));
    properties.put(SparkLauncher.EXECUTOR_EXTRA_JAVA_OPTIONS, flags.jvmOptions());
    properties.put("spark.executor.memory", "2g");
    flags.environment().forEach((k, v) -> properties.put("spark.executorEnv." + k, v));
    return start("local-cluster[2,1,2048]", properties);
  }

  private static SparkSession start(String master, Map<String, String> properties) {
    SparkConf conf =
        new SparkConf()
            .setAppName("test")
            .setMaster(master)
            .set("spark.ui.enabled", "false")
            .set("spark.serializer", "org.apache.spark.serializer.JavaSerializer");
    properties.forEach(conf::set);
    return SparkSession.builder().config(conf).getOrCreate();
  }
}
