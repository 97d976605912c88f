package io.stemspark.internal.session;

import io.stemspark.internal.gpu.GpuPlugin;
import java.util.Map;

/** What executors need in any session: flags of their JVM, environment, and GPUs of their own. */
public final class ExecutorSettings {
  private static final String OPTIONS = "spark.executor.extraJavaOptions";
  private static final String PLUGINS = "spark.plugins";

  private ExecutorSettings() {}

  /** Adds it to Spark's properties, which keep what they have. */
  public static void add(Map<String, String> properties) {
    properties.merge(PLUGINS, GpuPlugin.class.getName(), ExecutorSettings::withPlugin);
    RuntimeFlags flags = RuntimeFlags.load();
    String options = properties.getOrDefault(OPTIONS, "");
    if (!options.contains(flags.jvmOptions())) {
      properties.put(OPTIONS, (flags.jvmOptions() + " " + options).strip());
    }
    flags
        .environment()
        .forEach((key, value) -> properties.putIfAbsent("spark.executorEnv." + key, value));
  }

  private static String withPlugin(String plugins, String own) {
    if (plugins.contains(own)) {
      return plugins;
    }
    return plugins.isBlank() ? own : own + "," + plugins;
  }
}
