package io.stemspark.internal.ffmpeg;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;

/** A channel without its beginning. */
class ShiftedChannel extends ReadOnlyChannel {
  private final SeekableByteChannel channel;
  private final long from;

  /** Reads {@code channel}, which this one then closes, from a position on. */
  ShiftedChannel(SeekableByteChannel channel, long from) throws IOException {
    this.channel = channel;
    this.from = from;
    channel.position(from);
  }

  @Override
  public int read(ByteBuffer into) throws IOException {
    return channel.read(into);
  }

  @Override
  public long position() throws IOException {
    return channel.position() - from;
  }

  @Override
  public SeekableByteChannel position(long position) throws IOException {
    channel.position(from + position);
    return this;
  }

  @Override
  public long size() throws IOException {
    return channel.size() - from;
  }

  @Override
  public void close() throws IOException {
    super.close();
    channel.close();
  }
}
