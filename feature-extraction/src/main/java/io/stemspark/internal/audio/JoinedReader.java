package io.stemspark.internal.audio;

import io.stemspark.audio.AudioReader;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;

/** Several streams of one format, one after the other. */
public final class JoinedReader extends ComposedReader {
  private final Iterator<AudioReader> following;
  private AudioReader current;

  /** Reads {@code readers}, at least one, which this reader then closes. */
  public JoinedReader(List<AudioReader> readers) {
    super(readers);
    this.following = readers().iterator();
    this.current = following.next();
  }

  @Override
  public long expectedSamples() {
    long sum = 0;
    for (AudioReader reader : readers()) {
      if (reader.expectedSamples() < 0) {
        return -1;
      }
      sum += reader.expectedSamples();
    }
    return sum;
  }

  @Override
  public int read(float[][] into) throws IOException {
    int read = current.read(into);
    while (read < 0 && following.hasNext()) {
      current = following.next();
      read = current.read(into);
    }
    return read;
  }
}
