package io.stemspark.internal.pipeline;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** The versions that this build was made from. */
public final class Version {
  private static final String FILE = "/stemspark-version.properties";

  private Version() {}

  public static String stemspark() {
    return of("stemspark");
  }

  /** With the commit that it was built from. */
  public static String stemsparkWithCommit() {
    return "%s, commit %s".formatted(stemspark(), of("commit"));
  }

  public static String deeplearning4j() {
    return of("deeplearning4j");
  }

  /** Of its Java bindings, which begins with that of libtorch. */
  public static String libtorch() {
    return of("libtorch");
  }

  private static String of(String name) {
    Properties properties = new Properties();
    try (InputStream file = Version.class.getResourceAsStream(FILE)) {
      properties.load(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return properties.getProperty(name);
  }
}
