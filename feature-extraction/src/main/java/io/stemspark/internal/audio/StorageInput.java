package io.stemspark.internal.audio;

import io.stemspark.audio.StorageException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** A stream whose failures are {@link StorageException}s, so that its content is not blamed. */
public final class StorageInput extends FilterInputStream {
  private final String name;

  /**
   * @param name of the file, for messages
   * @param stream is closed with this one
   */
  public StorageInput(String name, InputStream stream) {
    super(stream);
    this.name = name;
  }

  @Override
  public int read() throws IOException {
    try {
      return super.read();
    } catch (IOException e) {
      throw new StorageException(name, e);
    }
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    try {
      return super.read(into, offset, length);
    } catch (IOException e) {
      throw new StorageException(name, e);
    }
  }
}
