package io.stemspark.bundle;

import java.io.IOException;

/** A file that is not a usable model bundle. The message says what is wrong with it. */
public final class BundleException extends IOException {
  private static final long serialVersionUID = 1;

  public BundleException(String message) {
    super(message);
  }

  public BundleException(String message, Throwable cause) {
    super(message, cause);
  }
}
