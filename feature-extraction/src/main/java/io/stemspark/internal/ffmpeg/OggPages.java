package io.stemspark.internal.ffmpeg;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Pages of an Ogg file (RFC 3533). */
final class OggPages {
  private static final byte[] CAPTURE = "OggS".getBytes(StandardCharsets.US_ASCII);
  private static final int CHECKSUM = 22;
  private static final int SEGMENTS = 26;
  private static final int HEADER = 27;

  /** Of the checksum, highest power first, without x^32. */
  private static final int POLYNOMIAL = 0x04C1_1DB7;

  private OggPages() {}

  /** Computes the checksums of all whole pages at the beginning of a file anew. */
  static void sumUp(byte[] file) {
    ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    int start = 0;
    while (start + HEADER <= file.length
        && Arrays.equals(file, start, start + CAPTURE.length, CAPTURE, 0, CAPTURE.length)) {
      int segments = file[start + SEGMENTS] & 0xFF;
      int end = start + HEADER + segments;
      for (int i = start + HEADER; i < start + HEADER + segments && i < file.length; i++) {
        end += file[i] & 0xFF;
      }
      if (end > file.length) {
        return;
      }
      bytes.putInt(start + CHECKSUM, 0);
      bytes.putInt(start + CHECKSUM, checksum(file, start, end));
      start = end;
    }
  }

  private static int checksum(byte[] bytes, int from, int to) {
    int sum = 0;
    for (int i = from; i < to; i++) {
      sum ^= bytes[i] << 24;
      for (int bit = 0; bit < Byte.SIZE; bit++) {
        sum = sum < 0 ? (sum << 1) ^ POLYNOMIAL : sum << 1;
      }
    }
    return sum;
  }
}
