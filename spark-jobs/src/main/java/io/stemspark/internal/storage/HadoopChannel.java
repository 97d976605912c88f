package io.stemspark.internal.storage;

import io.stemspark.internal.ffmpeg.ReadOnlyChannel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Reads a file of any Hadoop file system, at any position. */
public final class HadoopChannel extends ReadOnlyChannel {
  private final FSDataInputStream stream;
  private final long size;
  private final byte[] block = new byte[1 << 16];

  private HadoopChannel(FSDataInputStream stream, long size) {
    this.stream = stream;
    this.size = size;
  }

  public static HadoopChannel open(String uri, Configuration configuration) throws IOException {
    Path path = new Path(uri);
    return Retries.call(
        () -> {
          FileSystem files = path.getFileSystem(configuration);
          long size = files.getFileStatus(path).getLen();
          return new HadoopChannel(files.open(path), size);
        });
  }

  @Override
  public int read(ByteBuffer into) throws IOException {
    int read = stream.read(block, 0, Math.min(block.length, into.remaining()));
    if (read > 0) {
      into.put(block, 0, read);
    }
    return read;
  }

  @Override
  public long position() throws IOException {
    return stream.getPos();
  }

  @Override
  public SeekableByteChannel position(long position) throws IOException {
    // Hadoop refuses a position beyond the end, at which a channel just reads nothing.
    stream.seek(Math.min(position, size));
    return this;
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public void close() throws IOException {
    super.close();
    stream.close();
  }
}
