package io.stemspark.audio;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;

/**
 * Opens audio files. For one thread, which may read several files at once; closing it is the last
 * thing to do.
 */
public interface AudioDecoder extends AutoCloseable {
  /**
   * Opens audio from any seekable source; the reader closes it.
   *
   * @param name what errors call it
   * @param stream which of its audio streams, counted from 0, or {@link FfmpegReader#BEST_STREAM}
   * @throws AudioException when there is no audio that can be decoded
   */
  AudioReader open(String name, SeekableByteChannel channel, int stream) throws IOException;

  @Override
  void close();

  /** Decodes in this process, which a hostile file may then bring down. */
  static AudioDecoder inProcess(DecodingConfig config) {
    return new AudioDecoder() {
      @Override
      public AudioReader open(String name, SeekableByteChannel channel, int stream)
          throws IOException {
        return new LimitedReader(name, FfmpegReader.open(name, channel, stream), config);
      }

      @Override
      public void close() {}
    };
  }
}
