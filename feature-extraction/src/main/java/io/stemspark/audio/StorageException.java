package io.stemspark.audio;

import java.io.IOException;

/**
 * Bytes of a file could not be read. This says nothing about the audio in them, and another attempt
 * may succeed.
 */
public final class StorageException extends IOException {
  private static final long serialVersionUID = 1;

  /**
   * @param name of the audio, for the message
   */
  public StorageException(String name, Exception cause) {
    super(name + ": Storage failed: " + cause.getMessage(), cause);
  }
}
