package io.stemspark.audio;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;

/**
 * Opens audio files. A decoder is for one thread, which may read several files at once and closes
 * the decoder after them.
 */
public interface AudioDecoder extends AutoCloseable {
  /** The stream that FFmpeg takes for the main one. */
  int BEST_STREAM = -1;

  /**
   * Opens audio from any seekable source; the reader closes it.
   *
   * @param name how messages name the source
   * @param stream which of its audio streams, counted from 0, or {@link #BEST_STREAM}
   * @throws AudioException when there is no audio that can be decoded
   */
  AudioReader open(String name, SeekableByteChannel channel, int stream) throws IOException;

  @Override
  void close();
}
