package io.stemspark.audio;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.util.OptionalLong;

/**
 * The size of a whole file as its own header states it. FFmpeg takes what is there for the whole
 * where a file is cut off on a boundary of samples or packets; this tells the two apart.
 */
final class StatedSize {
  private static final int HEAD_BYTES = 1 << 14;
  private static final long UNSIGNED_INT = 0xFFFF_FFFFL;
  private static final int RIFF = 0x52494646;
  private static final int IFF = 0x464F524D;
  private static final int WAVE_64 = 0x72696666;
  private static final int CORE_AUDIO = 0x63616666;
  private static final int CORE_AUDIO_DATA = 0x64617461;
  private static final int MATROSKA = 0x1A45DFA3;
  private static final int MATROSKA_SEGMENT = 0x18538067;
  private static final int ASF = 0x3026B275;
  private static final long ASF_FILE_PROPERTIES = 0xA1DC_AB8C_47A9_CF11L;

  /** Chunks are padded to an even size, which some writers count and do not write. */
  private static final int PADDING = 1;

  private StatedSize() {}

  /**
   * Checks that {@code channel} is as long as its header says, and goes back to its beginning.
   *
   * @throws AudioException when it is shorter
   */
  static void requireWhole(String name, SeekableByteChannel channel) throws IOException {
    ByteBuffer head = ByteBuffer.allocate(HEAD_BYTES);
    while (head.hasRemaining() && channel.read(head) > 0) {}
    channel.position(0);
    OptionalLong stated = of(head.flip());
    if (stated.isPresent() && stated.getAsLong() - PADDING > channel.size()) {
      throw new AudioException(
          name,
          "cut off: has %d bytes, its header says %d"
              .formatted(channel.size(), stated.getAsLong()));
    }
  }

  /** The size that the file with this beginning states, if it does. */
  static OptionalLong of(ByteBuffer head) {
    if (head.remaining() < 32) {
      return OptionalLong.empty();
    }
    return switch (head.order(ByteOrder.BIG_ENDIAN).getInt(0)) {
      case RIFF -> chunk(head.order(ByteOrder.LITTLE_ENDIAN).getInt(4) & UNSIGNED_INT);
      case IFF -> chunk(head.order(ByteOrder.BIG_ENDIAN).getInt(4) & UNSIGNED_INT);
      case WAVE_64 -> known(head.order(ByteOrder.LITTLE_ENDIAN).getLong(16));
      case CORE_AUDIO -> coreAudio(head.order(ByteOrder.BIG_ENDIAN));
      case MATROSKA -> matroska(head.order(ByteOrder.BIG_ENDIAN));
      case ASF -> asf(head);
      default -> OptionalLong.empty();
    };
  }

  /** RIFF and IFF: a type and a size of 4 bytes each; 0 or all ones from writers that streamed. */
  private static OptionalLong chunk(long size) {
    return size == 0 || size == UNSIGNED_INT ? OptionalLong.empty() : OptionalLong.of(8 + size);
  }

  private static OptionalLong known(long size) {
    return size <= 0 ? OptionalLong.empty() : OptionalLong.of(size);
  }

  /** Core Audio Format: chunks of a type (4 bytes) and a size (8 bytes) up to the data. */
  private static OptionalLong coreAudio(ByteBuffer head) {
    long at = 8;
    while (at + 12 <= head.limit()) {
      long size = head.getLong((int) at + 4);
      if (size < 0) {
        return OptionalLong.empty();
      }
      boolean data = head.getInt((int) at) == CORE_AUDIO_DATA;
      at += 12 + size;
      if (data) {
        return known(at);
      }
    }
    return OptionalLong.empty();
  }

  /** Matroska: the segment's size, of as many bytes as the first one has leading zeros, and one. */
  private static OptionalLong matroska(ByteBuffer head) {
    for (int at = 4; at + 12 <= head.limit(); at++) {
      if (head.getInt(at) == MATROSKA_SEGMENT) {
        int bytes = Integer.numberOfLeadingZeros(head.get(at + 4) & 0xFF) - 23;
        if (bytes > 8) {
          return OptionalLong.empty();
        }
        long mask = (1L << (7 * bytes)) - 1;
        long size = (head.getLong(at + 4) >>> (64 - 8 * bytes)) & mask;
        return size == mask ? OptionalLong.empty() : known(at + 4L + bytes + size);
      }
    }
    return OptionalLong.empty();
  }

  /** ASF: the size stands 40 bytes into the file properties. */
  private static OptionalLong asf(ByteBuffer head) {
    for (int at = 0; at + 48 <= head.limit(); at++) {
      if (head.order(ByteOrder.BIG_ENDIAN).getLong(at) == ASF_FILE_PROPERTIES) {
        return known(head.order(ByteOrder.LITTLE_ENDIAN).getLong(at + 40));
      }
    }
    return OptionalLong.empty();
  }
}
