package io.stemspark.internal.audio;

import io.stemspark.audio.AudioException;
import io.stemspark.audio.AudioFormat;
import io.stemspark.audio.AudioReader;
import java.io.IOException;
import java.util.List;

/** The sum of several streams of the same format and length, such as drums, bass and other. */
public final class SummedReader extends ComposedReader {
  private final FullReader[] full;
  private final String name;
  private float[][] part = new float[0][0];

  /**
   * Sums {@code readers}, which this reader then closes.
   *
   * @throws AudioException when their sample rates or channels differ
   */
  public SummedReader(String name, List<AudioReader> readers) throws AudioException {
    super(readers);
    this.name = name;
    this.full = readers.stream().map(FullReader::new).toArray(FullReader[]::new);
    AudioFormat first = format();
    for (AudioReader reader : readers) {
      AudioFormat other = reader.format();
      if (other.sampleRate() != first.sampleRate() || other.channels() != first.channels()) {
        throw new AudioException(
            name,
            "The stems differ: one has %d Hz and %d channels, another %d Hz and %d channels."
                .formatted(
                    first.sampleRate(), first.channels(), other.sampleRate(), other.channels()));
      }
    }
  }

  @Override
  public int read(float[][] into) throws IOException {
    int length = full[0].read(into);
    if (part.length != into.length || part[0].length != into[0].length) {
      part = new float[into.length][into[0].length];
    }
    for (int r = 1; r < full.length; r++) {
      if (full[r].read(part) != length) {
        throw new AudioException(name, "The stems have different lengths.");
      }
      for (int c = 0; c < into.length; c++) {
        for (int i = 0; i < length; i++) {
          into[c][i] += part[c][i];
        }
      }
    }
    return length;
  }
}
