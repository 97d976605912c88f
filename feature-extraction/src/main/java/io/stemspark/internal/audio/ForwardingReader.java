package io.stemspark.internal.audio;

import io.stemspark.audio.AudioFormat;
import io.stemspark.audio.AudioReader;
import io.stemspark.audio.Tags;
import java.io.IOException;
import java.util.List;

/** A reader that hands on what another one reads, and closes it. */
public abstract class ForwardingReader implements AudioReader {
  private final AudioReader reader;

  protected ForwardingReader(AudioReader reader) {
    this.reader = reader;
  }

  @Override
  public AudioFormat format() {
    return reader.format();
  }

  @Override
  public Tags tags() {
    return reader.tags();
  }

  @Override
  public long expectedSamples() {
    return reader.expectedSamples();
  }

  @Override
  public List<String> repairs() {
    return reader.repairs();
  }

  @Override
  public int read(float[][] into) throws IOException {
    return reader.read(into);
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }
}
