package io.stemspark.audio;

import java.io.IOException;

/** A file that cannot be read or written as audio. The message names the file and the reason. */
public final class AudioException extends IOException {
  private static final long serialVersionUID = 1;

  private final String reason;

  /**
   * @param name how the message names the file
   * @param reason a sentence
   */
  public AudioException(String name, String reason) {
    this(name, reason, null);
  }

  public AudioException(String name, String reason, Throwable cause) {
    super(name + ": " + reason, cause);
    this.reason = reason;
  }

  /** The message without the file's name. */
  public String reason() {
    return reason;
  }
}
