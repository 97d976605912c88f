package io.stemspark.internal.journal;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** Versions of this build and of libraries that it was made with. */
public final class Version {
  private static final String FILE = "/stemspark-version.properties";

  private Version() {}

  public static String stemspark() {
    return of("stemspark");
  }

  /** The version with the commit that it was built from. */
  public static String stemsparkWithCommit() {
    return "%s, commit %s".formatted(stemspark(), of("commit"));
  }

  public static String deeplearning4j() {
    return of("deeplearning4j");
  }

  /** The version of libtorch's Java bindings, which begins with that of libtorch. */
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
