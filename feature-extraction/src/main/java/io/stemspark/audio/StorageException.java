package io.stemspark.audio;

import java.io.IOException;

/** Bytes could not be read, which says nothing of the audio in them: another try may do better. */
public final class StorageException extends IOException {
  private static final long serialVersionUID = 1;

  /**
   * @param name of the audio, for the message
   */
  public StorageException(String name, Exception cause) {
    super(name + ": storage failed: " + cause.getMessage(), cause);
  }
}
