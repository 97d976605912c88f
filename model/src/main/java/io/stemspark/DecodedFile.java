package io.stemspark;

import io.stemspark.audio.AudioReader;
import io.stemspark.internal.audio.ForwardingReader;
import java.io.IOException;

/** A file whose decoder is free again once it is closed. */
final class DecodedFile extends ForwardingReader {
  private final Runnable release;

  DecodedFile(AudioReader reader, Runnable release) {
    super(reader);
    this.release = release;
  }

  @Override
  public void close() throws IOException {
    super.close();
    release.run();
  }
}
