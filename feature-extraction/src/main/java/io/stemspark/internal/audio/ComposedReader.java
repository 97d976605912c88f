package io.stemspark.internal.audio;

import io.stemspark.audio.AudioFormat;
import io.stemspark.audio.AudioReader;
import io.stemspark.audio.Tags;
import java.io.IOException;
import java.util.List;

/** A reader made of several, of whose formats and tags the first one's count. */
abstract class ComposedReader implements AudioReader {
  private final List<AudioReader> readers;

  /** Reads {@code readers}, at least one, which this reader then closes. */
  ComposedReader(List<AudioReader> readers) {
    this.readers = List.copyOf(readers);
  }

  final List<AudioReader> readers() {
    return readers;
  }

  @Override
  public AudioFormat format() {
    return readers.get(0).format();
  }

  @Override
  public Tags tags() {
    return readers.get(0).tags();
  }

  @Override
  public List<String> repairs() {
    return readers.stream().flatMap(reader -> reader.repairs().stream()).toList();
  }

  @Override
  public void close() throws IOException {
    IOException failure = null;
    for (AudioReader reader : readers) {
      try {
        reader.close();
      } catch (IOException e) {
        failure = e;
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
