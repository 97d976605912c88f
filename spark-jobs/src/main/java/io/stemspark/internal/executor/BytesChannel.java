package io.stemspark.internal.executor;

import io.stemspark.internal.ffmpeg.ReadOnlyChannel;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;

/** Reads a file that is in memory. */
final class BytesChannel extends ReadOnlyChannel {
  private final ByteBuffer content;

  /** The position may lie beyond the end. */
  private long position;

  BytesChannel(byte[] content) {
    this.content = ByteBuffer.wrap(content);
  }

  @Override
  public int read(ByteBuffer into) {
    if (position >= content.limit()) {
      return -1;
    }
    int length = (int) Math.min(into.remaining(), content.limit() - position);
    into.put(content.slice((int) position, length));
    position += length;
    return length;
  }

  @Override
  public long position() {
    return position;
  }

  @Override
  public SeekableByteChannel position(long newPosition) {
    position = newPosition;
    return this;
  }

  @Override
  public long size() {
    return content.limit();
  }
}
