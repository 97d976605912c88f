package io.stemspark.audio;

import java.io.IOException;

/** A file that cannot be read or written as audio. The message names the file and the reason. */
public final class AudioException extends IOException {
  private static final long serialVersionUID = 1;

  public AudioException(String name, String reason) {
    super(name + ": " + reason);
  }

  public AudioException(String name, String reason, Throwable cause) {
    super(name + ": " + reason, cause);
  }
}
