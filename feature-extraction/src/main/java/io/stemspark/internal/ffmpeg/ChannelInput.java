package io.stemspark.internal.ffmpeg;

import static org.bytedeco.ffmpeg.global.avformat.*;
import static org.bytedeco.ffmpeg.global.avutil.*;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.bytedeco.ffmpeg.avformat.AVIOContext;
import org.bytedeco.ffmpeg.avformat.Read_packet_Pointer_BytePointer_int;
import org.bytedeco.ffmpeg.avformat.Seek_Pointer_long_int;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;

/** Lets FFmpeg read a Java channel. */
final class ChannelInput implements AutoCloseable {
  private static final int BUFFER_BYTES = 1 << 18;
  private static final int EIO = 5;
  private static final int SEEK_SET = 0;
  private static final int SEEK_CUR = 1;
  private static final int SEEK_END = 2;

  /** Open inputs by the address that FFmpeg hands back to the callbacks. */
  private static final Map<Long, ChannelInput> OPEN = new ConcurrentHashMap<>();

  // JavaCPP allows ten native callbacks of a class in a process, so all inputs share one of each.
  private static final ReadCallback READ = new ReadCallback().retainReference();
  private static final SeekCallback SEEK = new SeekCallback().retainReference();

  private final SeekableByteChannel channel;
  private final Pointer key = new BytePointer(1);
  final AVIOContext context;
  private IOException failure;

  ChannelInput(SeekableByteChannel channel) {
    this.channel = channel;
    BytePointer buffer = new BytePointer(av_malloc(BUFFER_BYTES)).capacity(BUFFER_BYTES);
    OPEN.put(key.address(), this);
    this.context = avio_alloc_context(buffer, BUFFER_BYTES, 0, key, READ, null, SEEK);
  }

  /** The failure that a callback met and FFmpeg turned into a bare error code, or null. */
  IOException failure() {
    return failure;
  }

  @Override
  public void close() throws IOException {
    OPEN.remove(key.address());
    // FFmpeg may have replaced the buffer, so the one to free is the context's.
    av_free(context.buffer());
    avio_context_free(context);
    key.close();
    channel.close();
  }

  private int read(BytePointer into, int size) {
    try {
      ByteBuffer target = into.capacity(size).asByteBuffer();
      int read = channel.read(target);
      return read <= 0 ? AVERROR_EOF() : read;
    } catch (IOException | RuntimeException e) {
      return keep(e);
    }
  }

  private long seek(long offset, int whence) {
    try {
      if (whence == AVSEEK_SIZE) {
        return channel.size();
      }
      long base =
          switch (whence) {
            case SEEK_SET -> 0;
            case SEEK_CUR -> channel.position();
            case SEEK_END -> channel.size();
            default -> Long.MIN_VALUE;
          };
      if (base == Long.MIN_VALUE || base + offset < 0) {
        return -EIO;
      }
      channel.position(base + offset);
      return base + offset;
    } catch (IOException | RuntimeException e) {
      return keep(e);
    }
  }

  /** An exception must not unwind through FFmpeg's C code. */
  private int keep(Exception e) {
    failure = e instanceof IOException stored ? stored : new IOException(e);
    return -EIO;
  }

  private static final class ReadCallback extends Read_packet_Pointer_BytePointer_int {
    @Override
    public int call(Pointer key, BytePointer into, int size) {
      ChannelInput input = OPEN.get(key.address());
      return input == null ? -EIO : input.read(into, size);
    }
  }

  private static final class SeekCallback extends Seek_Pointer_long_int {
    @Override
    public long call(Pointer key, long offset, int whence) {
      ChannelInput input = OPEN.get(key.address());
      return input == null ? -EIO : input.seek(offset, whence);
    }
  }
}
