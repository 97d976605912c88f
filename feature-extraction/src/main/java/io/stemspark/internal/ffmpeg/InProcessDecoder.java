package io.stemspark.internal.ffmpeg;

import io.stemspark.audio.AudioDecoder;
import io.stemspark.audio.AudioReader;
import io.stemspark.audio.DecodingConfig;
import io.stemspark.internal.audio.LimitedReader;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;

/**
 * Decodes in this process, which a hostile file may then bring down.
 *
 * @param config limits of what is decoded
 */
public record InProcessDecoder(DecodingConfig config) implements AudioDecoder {
  @Override
  public AudioReader open(String name, SeekableByteChannel channel, int stream) throws IOException {
    return new LimitedReader(name, FfmpegReader.open(name, channel, stream), config);
  }

  @Override
  public void close() {
    // Its readers hold everything.
  }
}
