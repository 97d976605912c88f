package io.stemspark.training;

import java.io.IOException;

/** A file that is no checkpoint, or one of another network. The message says what is wrong. */
public final class DamagedCheckpointException extends IOException {
  private static final long serialVersionUID = 1;

  DamagedCheckpointException(String message) {
    super(message);
  }

  DamagedCheckpointException(IOException cause) {
    super(cause.getMessage(), cause);
  }
}
