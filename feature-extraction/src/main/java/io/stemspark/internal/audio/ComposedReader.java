package io.stemspark.internal.audio;

import io.stemspark.audio.AudioReader;
import java.io.IOException;
import java.util.List;

/** A reader made of several others. Its format, tags and length are those of the first one. */
abstract class ComposedReader extends ForwardingReader {
  private final List<AudioReader> readers;

  /** Reads {@code readers}, at least one, which this reader then closes. */
  ComposedReader(List<AudioReader> readers) {
    super(readers.get(0));
    this.readers = List.copyOf(readers);
  }

  final List<AudioReader> readers() {
    return readers;
  }

  @Override
  public List<String> repairs() {
    return readers.stream().flatMap(reader -> reader.repairs().stream()).toList();
  }

  @Override
  public void close() throws IOException {
    AudioStreams.close(readers);
  }
}
