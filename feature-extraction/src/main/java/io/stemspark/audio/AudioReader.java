package io.stemspark.audio;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;

/** A stream of samples. Not thread-safe. */
public interface AudioReader extends Closeable {
  AudioFormat format();

  /** What the source says about its music. */
  Tags tags();

  /**
   * About how many samples per channel the whole stream has, as far as the file tells; less than 0
   * if it does not. Do not rely on it: a header may say anything.
   */
  long expectedSamples();

  /**
   * The repairs of the source so far, each a clause for the user; complete only at the end. No
   * repair changes a sample that a player would give.
   */
  List<String> repairs();

  /**
   * Reads the next samples.
   *
   * @param into {@code into[channel][time]}, filled from 0
   * @return samples per channel that were read, at least 1, or -1 at the end
   * @throws AudioException when the source is damaged
   */
  int read(float[][] into) throws IOException;
}
