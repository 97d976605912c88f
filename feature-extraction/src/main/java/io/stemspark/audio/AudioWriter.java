package io.stemspark.audio;

import java.io.Closeable;
import java.io.IOException;

/** Takes a stream of samples. Not thread-safe. */
public interface AudioWriter extends Closeable {
  AudioFormat format();

  /**
   * Appends samples. Integer formats round to the nearest step and clip at full scale.
   *
   * @param samples {@code samples[channel][time]}
   * @param length samples per channel, counted from 0
   */
  void write(float[][] samples, int length) throws IOException;

  /** Ends the file: flushes the encoder and completes the header. */
  @Override
  void close() throws IOException;
}
