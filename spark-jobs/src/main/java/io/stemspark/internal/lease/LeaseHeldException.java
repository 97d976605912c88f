package io.stemspark.internal.lease;

import java.io.IOException;

/** Another run is at work in the output folder. The message says which, and where. */
public final class LeaseHeldException extends IOException {
  private static final long serialVersionUID = 1;

  LeaseHeldException(String message) {
    super(message);
  }
}
