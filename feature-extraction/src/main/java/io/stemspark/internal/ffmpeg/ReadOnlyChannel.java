package io.stemspark.internal.ffmpeg;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;

/** The common part of all channels that audio is read from. */
public abstract class ReadOnlyChannel implements SeekableByteChannel {
  private boolean open = true;

  @Override
  public final int write(ByteBuffer from) {
    throw new NonWritableChannelException();
  }

  @Override
  public final SeekableByteChannel truncate(long length) {
    throw new NonWritableChannelException();
  }

  @Override
  public final boolean isOpen() {
    return open;
  }

  /** A subclass that overrides this also calls it. */
  @Override
  public void close() throws IOException {
    open = false;
  }
}
