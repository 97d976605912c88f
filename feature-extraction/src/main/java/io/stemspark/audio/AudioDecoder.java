package io.stemspark.audio;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;

/**
 * Opens audio files. For one thread, which may read several files at once; closing it is the last
 * thing to do.
 */
public interface AudioDecoder extends AutoCloseable {
  /** The stream that FFmpeg takes for the main one. */
  int BEST_STREAM = -1;

  /**
   * Opens audio from any seekable source; the reader closes it.
   *
   * @param name what errors call it
   * @param stream which of its audio streams, counted from 0, or {@link #BEST_STREAM}
   * @throws AudioException when there is not audio that can be decoded
   */
  AudioReader open(String name, SeekableByteChannel channel, int stream) throws IOException;

  @Override
  void close();
}
