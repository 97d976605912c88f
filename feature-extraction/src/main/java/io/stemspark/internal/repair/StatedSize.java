package io.stemspark.internal.repair;

import io.stemspark.audio.AudioException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The size of a whole file as its own header states it. FFmpeg takes what is there for the whole
 * where a file is cut off on a boundary of samples or packets; this tells the two apart.
 */
public final class StatedSize {
  private static final int HEAD_BYTES = 1 << 14;
  private static final long UNSIGNED_INT = 0xFFFF_FFFFL;
  private static final int RIFF = 0x52494646;
  private static final int RF64 = 0x52463634;
  private static final int BROADCAST_WAVE_64 = 0x42573634;
  private static final int IFF = 0x464F524D;
  private static final int WAVE_64 = 0x72696666;
  private static final int CORE_AUDIO = 0x63616666;
  private static final int CORE_AUDIO_DATA = 0x64617461;
  private static final int DSD = 0x44534420;
  private static final int NIST = 0x4E495354;
  private static final String VOICE = "Creative Voice File\u001a";
  private static final int MATROSKA = 0x1A45DFA3;
  private static final int MATROSKA_SEGMENT = 0x18538067;
  private static final int ASF = 0x3026B275;
  private static final long ASF_FILE_PROPERTIES = 0xA1DC_AB8C_47A9_CF11L;

  /** Some writers count the header of the outermost chunk in, or padding that they do not write. */
  private static final int TOLERANCE = 9;

  /**
   * From here on, the sizes that writers to pipes put in place of the one that they do not know.
   */
  private static final long UNKNOWN = 0x7FFF_F000L;

  private static final long WRAPPED = 1L << 32;

  private static final int MAX_BLOCKS = 10_000;

  private StatedSize() {}

  /**
   * Checks that {@code channel} is as long as its header says, and goes back to its beginning.
   *
   * @param chunks of a WAV file
   * @throws AudioException when it is shorter
   */
  public static void requireWhole(
      String name, SeekableByteChannel channel, Optional<WaveChunks> chunks) throws IOException {
    ByteBuffer head = ByteBuffer.allocate(HEAD_BYTES);
    while (head.hasRemaining() && channel.read(head) > 0) {}
    channel.position(0);
    head.flip();
    requireNotWrapped(name, head, channel.size());
    OptionalLong stated = of(head);
    if (isVoice(head)) {
      stated = voice(head, channel);
      channel.position(0);
    }
    Optional<WaveChunks.Chunk> samples = chunks.flatMap(WaveChunks::data);
    if (samples.isPresent() && !isWholeWithHeader(samples.get(), stated, channel.size())) {
      // Programs that edit files forget the size of the whole.
      stated = OptionalLong.of(samples.get().end());
    }
    if (stated.isPresent() && stated.getAsLong() - TOLERANCE > channel.size()) {
      throw new AudioException(
          name,
          "cut off: has %d bytes, its header says %d"
              .formatted(channel.size(), stated.getAsLong()));
    }
  }

  private static void requireNotWrapped(String name, ByteBuffer head, long size)
      throws AudioException {
    if (head.remaining() < 8 || head.order(ByteOrder.BIG_ENDIAN).getInt(0) != RIFF) {
      return;
    }
    long stated = head.order(ByteOrder.LITTLE_ENDIAN).getInt(4) & UNSIGNED_INT;
    if (stated < UNKNOWN && size - stated >= WRAPPED) {
      throw new AudioException(
          name, "a WAV file beyond 4 GiB whose sizes have wrapped around; make it an RF64 file");
    }
  }

  /** The size that the file with this beginning states, if it does. */
  public static OptionalLong of(ByteBuffer head) {
    if (head.remaining() < 32) {
      return OptionalLong.empty();
    }
    return switch (head.order(ByteOrder.BIG_ENDIAN).getInt(0)) {
      case RIFF -> chunk(head.order(ByteOrder.LITTLE_ENDIAN).getInt(4) & UNSIGNED_INT);
      case IFF -> chunk(head.order(ByteOrder.BIG_ENDIAN).getInt(4) & UNSIGNED_INT);
      case RF64, BROADCAST_WAVE_64 -> known(8 + head.order(ByteOrder.LITTLE_ENDIAN).getLong(20));
      case WAVE_64 -> known(head.order(ByteOrder.LITTLE_ENDIAN).getLong(16));
      case CORE_AUDIO -> coreAudio(head.order(ByteOrder.BIG_ENDIAN));
      case MATROSKA -> matroska(head.order(ByteOrder.BIG_ENDIAN));
      case ASF -> asf(head);
      case DSD -> known(head.order(ByteOrder.LITTLE_ENDIAN).getLong(12));
      case NIST -> nist(head);
      default -> OptionalLong.empty();
    };
  }

  /** RIFF and IFF: a type and a size of 4 bytes each. */
  private static OptionalLong chunk(long size) {
    return size == 0 || size >= UNKNOWN ? OptionalLong.empty() : OptionalLong.of(8 + size);
  }

  private static OptionalLong known(long size) {
    return size <= 0 ? OptionalLong.empty() : OptionalLong.of(size);
  }

  /** Core Audio Format: chunks of a type (4 bytes) and a size (8 bytes) up to the data. */
  private static OptionalLong coreAudio(ByteBuffer head) {
    long at = 8;
    while (at + 12 <= head.limit()) {
      long size = head.getLong((int) at + 4);
      boolean data = head.getInt((int) at) == CORE_AUDIO_DATA;
      if (size < 0 || (size > head.limit() && !data)) {
        return OptionalLong.empty();
      }
      at += 12 + size;
      if (data) {
        return at < 0 ? OptionalLong.empty() : known(at);
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

  /**
   * NIST SPHERE: a header of text, whose second line is its length, and samples without packing.
   */
  private static OptionalLong nist(ByteBuffer head) {
    byte[] bytes = new byte[head.limit()];
    head.get(0, bytes);
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    Matcher length = Pattern.compile("NIST_1A\\n\\s*(\\d{1,9})\\n").matcher(text);
    if (!length.lookingAt() || text.contains("embedded-")) {
      return OptionalLong.empty();
    }
    long size = 1;
    for (String field : new String[] {"sample_count", "sample_n_bytes", "channel_count"}) {
      Matcher value = Pattern.compile("\\n" + field + " -i (\\d{1,9})\\s").matcher(text);
      if (!value.find()) {
        return OptionalLong.empty();
      }
      size *= Long.parseLong(value.group(1));
    }
    return known(Long.parseLong(length.group(1)) + size);
  }

  /** Some writers count the header in where the size of the samples belongs. */
  private static boolean isWholeWithHeader(
      WaveChunks.Chunk samples, OptionalLong stated, long size) {
    boolean whole = stated.isPresent() && Math.abs(stated.getAsLong() - size) <= TOLERANCE;
    return whole && samples.end() - size <= samples.at();
  }

  private static boolean isVoice(ByteBuffer head) {
    byte[] bytes = new byte[Math.min(VOICE.length(), head.limit())];
    head.get(0, bytes);
    return new String(bytes, StandardCharsets.ISO_8859_1).equals(VOICE);
  }

  /** Creative Voice: blocks of a type (1 byte) and a size (3 bytes), the last of type 0. */
  private static OptionalLong voice(ByteBuffer head, SeekableByteChannel channel)
      throws IOException {
    long at = head.order(ByteOrder.LITTLE_ENDIAN).getShort(VOICE.length()) & 0xFFFF;
    ByteBuffer block = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < MAX_BLOCKS && at < channel.size(); i++) {
      channel.position(at);
      block.clear();
      while (block.hasRemaining() && channel.read(block) > 0) {}
      if (block.hasRemaining() || block.get(0) == 0) {
        return OptionalLong.empty();
      }
      at += 4 + (block.getInt(0) >>> 8);
    }
    return known(at);
  }
}
