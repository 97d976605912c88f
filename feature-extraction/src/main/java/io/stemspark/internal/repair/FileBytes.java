package io.stemspark.internal.repair;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Bytes at any place of a file, and the marks in them that tell formats and chunks. */
final class FileBytes {
  private FileBytes() {}

  /** Up to {@code most} bytes from {@code at} on; fewer at the end of the file. */
  static byte[] read(SeekableByteChannel channel, long at, int most) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(most);
    if (at < channel.size()) {
      channel.position(at);
      while (bytes.hasRemaining() && channel.read(bytes) > 0) {}
    }
    return Arrays.copyOf(bytes.array(), bytes.position());
  }

  /** Four bytes as Latin-1. */
  static String mark(byte[] bytes, int at) {
    return new String(bytes, at, 4, StandardCharsets.ISO_8859_1);
  }
}
