package io.stemspark.internal.session;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/**
 * The JVM flags and environment variables of {@code conf/runtime.properties}, which the launcher,
 * the tests and the deploy scripts read too.
 *
 * @param jvmOptions flags for every JVM, separated by spaces
 * @param environment variables for every process
 */
public record RuntimeFlags(String jvmOptions, Map<String, String> environment) {
  private static final String FILE = "/runtime.properties";
  private static final String ENVIRONMENT = "environment.";

  /** Reads the copy that the build put into the jar. */
  public static RuntimeFlags load() {
    Properties properties = new Properties();
    try (InputStream file = RuntimeFlags.class.getResourceAsStream(FILE)) {
      properties.load(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Map<String, String> environment = new TreeMap<>();
    for (String key : properties.stringPropertyNames()) {
      if (key.startsWith(ENVIRONMENT)) {
        environment.put(key.substring(ENVIRONMENT.length()), properties.getProperty(key));
      }
    }
    return new RuntimeFlags(properties.getProperty("jvm.options"), environment);
  }
}
