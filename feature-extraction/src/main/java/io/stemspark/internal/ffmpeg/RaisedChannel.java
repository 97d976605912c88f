package io.stemspark.internal.ffmpeg;

import io.stemspark.internal.repair.WaveChunks.Chunk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;

/**
 * A WAV file whose samples of 24 bits are moved from the lower three of four bytes to the upper
 * three, where that format has them.
 */
final class RaisedChannel extends ShiftedChannel {
  private static final int BYTES = 4;

  private final SeekableByteChannel channel;
  private final Chunk data;

  /** Reads {@code channel}, which this one then closes. */
  RaisedChannel(SeekableByteChannel channel, Chunk data) throws IOException {
    super(channel, 0);
    this.channel = channel;
    this.data = data;
  }

  @Override
  public int read(ByteBuffer into) throws IOException {
    long at = channel.position();
    if (at >= data.end()) {
      return channel.read(into);
    }
    if (at < data.at()) {
      int most = (int) Math.min(into.remaining(), data.at() - at);
      ByteBuffer header = into.slice().limit(most);
      int count = channel.read(header);
      into.position(into.position() + Math.max(0, count));
      return count;
    }
    int start = into.position();
    int count = channel.read(into);
    if (count > 0) {
      raise(into.duplicate().position(start).limit(start + count), at);
    }
    return count;
  }

  /** Moves each byte one place up; the first of a sample becomes zero. */
  private void raise(ByteBuffer bytes, long at) throws IOException {
    byte before = 0;
    if ((at - data.at()) % BYTES != 0) {
      ByteBuffer last = ByteBuffer.allocate(1);
      long after = channel.position();
      channel.position(at - 1);
      while (last.hasRemaining() && channel.read(last) >= 0) {}
      channel.position(after);
      before = last.get(0);
    }
    for (int i = bytes.position(); i < bytes.limit() && at < data.end(); i++) {
      byte own = bytes.get(i);
      boolean first = (at - data.at()) % BYTES == 0;
      bytes.put(i, first ? 0 : before);
      before = own;
      at++;
    }
  }
}
