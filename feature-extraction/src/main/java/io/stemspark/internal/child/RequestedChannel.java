package io.stemspark.internal.child;

import io.stemspark.internal.ffmpeg.ReadOnlyChannel;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;

/** In the child: a file whose bytes the parent reads. */
final class RequestedChannel extends ReadOnlyChannel {
  private final DataInputStream in;
  private final DataOutputStream out;
  private final long size;
  private final ByteBuffer memory;
  private long position;

  RequestedChannel(DataInputStream in, DataOutputStream out, ByteBuffer memory, long size) {
    this.in = in;
    this.out = out;
    this.memory = memory;
    this.size = size;
  }

  @Override
  public int read(ByteBuffer into) throws IOException {
    if (position >= size) {
      return -1;
    }
    out.writeByte(Message.READ);
    out.writeLong(position);
    out.writeInt(Math.min(into.remaining(), Message.MAX_BYTES));
    out.flush();
    if (in.readByte() != Message.BYTES) {
      throw new IOException("The bytes of the file cannot be read.");
    }
    int read = Message.within(in.readInt(), Message.MAX_BYTES);
    into.put(memory.slice(0, read));
    position += read;
    return read == 0 ? -1 : read;
  }

  @Override
  public long position() {
    return position;
  }

  @Override
  public SeekableByteChannel position(long to) {
    position = to;
    return this;
  }

  @Override
  public long size() {
    return size;
  }
}
