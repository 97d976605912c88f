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
 * The size of a whole file as its own header states it. FFmpeg takes a file that is cut off on a
 * boundary of samples or packets for a whole one; this class tells the two apart.
 */
public final class StatedSize {
  private static final int HEAD_BYTES = 1 << 14;
  private static final String VOICE = "Creative Voice File\u001a";
  private static final int VOICE_HEADER_BYTES = 26;
  private static final String MATROSKA_SEGMENT = "\u0018S\u0080g";
  private static final String ASF_FILE_PROPERTIES = "\u00a1\u00dc\u00ab\u008cG\u00a9\u00cf\u0011";

  /** Some writers include the outermost chunk's header, or padding that they do not write. */
  private static final int TOLERANCE = 9;

  /**
   * Sizes from here on are placeholders, which writers to pipes put where they do not know the
   * size.
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
    byte[] bytes = FileBytes.read(channel, 0, HEAD_BYTES);
    ByteBuffer head = ByteBuffer.wrap(bytes);
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    requireNotWrapped(name, head, text, channel.size());
    OptionalLong stated = text.startsWith(VOICE) ? voice(head, channel) : of(head, text);
    channel.position(0);
    Optional<WaveChunks.Chunk> samples = chunks.flatMap(WaveChunks::data);
    if (samples.isPresent() && !isWholeWithHeader(samples.get(), stated, channel.size())) {
      // Some programs that edit files do not update the size of the whole.
      stated = OptionalLong.of(samples.get().end());
    }
    if (stated.isPresent() && stated.getAsLong() - TOLERANCE > channel.size()) {
      throw new AudioException(
          name,
          "The file is cut off: it has %d bytes, but its header states %d."
              .formatted(channel.size(), stated.getAsLong()));
    }
  }

  private static void requireNotWrapped(String name, ByteBuffer head, String text, long size)
      throws AudioException {
    if (text.length() < 8 || !text.startsWith("RIFF")) {
      return;
    }
    long stated = Integer.toUnsignedLong(head.order(ByteOrder.LITTLE_ENDIAN).getInt(4));
    if (stated < UNKNOWN && size - stated >= WRAPPED) {
      throw new AudioException(
          name,
          "The WAV file is larger than 4 GiB, and the sizes in it have wrapped around. Make it an"
              + " RF64 file.");
    }
  }

  /** The size that the file with this beginning states, if it does. */
  private static OptionalLong of(ByteBuffer head, String text) {
    if (text.length() < 32) {
      return OptionalLong.empty();
    }
    ByteBuffer big = head.order(ByteOrder.BIG_ENDIAN);
    ByteBuffer little = head.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    return switch (text.substring(0, 4)) {
      case "RIFF" -> chunk(little.getInt(4));
      case "FORM" -> chunk(big.getInt(4));
      case "RF64", "BW64" -> known(8 + little.getLong(20));
      case "riff" -> known(little.getLong(16));
      case "caff" -> coreAudio(big, text);
      case "\u001aE\u00df\u00a3" -> matroska(big, text);
      case "0&\u00b2u" -> asf(little, text);
      case "DSD " -> known(little.getLong(12));
      case "NIST" -> nist(text);
      default -> OptionalLong.empty();
    };
  }

  /** RIFF and IFF: a type and a size of 4 bytes each. */
  private static OptionalLong chunk(int stated) {
    long size = Integer.toUnsignedLong(stated);
    return size == 0 || size >= UNKNOWN ? OptionalLong.empty() : OptionalLong.of(8 + size);
  }

  private static OptionalLong known(long size) {
    return size <= 0 ? OptionalLong.empty() : OptionalLong.of(size);
  }

  /** Core Audio Format: chunks of a type (4 bytes) and a size (8 bytes) up to the data. */
  private static OptionalLong coreAudio(ByteBuffer head, String text) {
    long at = 8;
    while (at + 12 <= head.limit()) {
      long size = head.getLong((int) at + 4);
      boolean data = text.startsWith("data", (int) at);
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
  private static OptionalLong matroska(ByteBuffer head, String text) {
    int at = text.indexOf(MATROSKA_SEGMENT, 4);
    if (at < 0 || at + 12 > head.limit()) {
      return OptionalLong.empty();
    }
    int bytes = Integer.numberOfLeadingZeros(head.get(at + 4) & 0xFF) - 23;
    if (bytes > 8) {
      return OptionalLong.empty();
    }
    long mask = (1L << (7 * bytes)) - 1;
    long size = (head.getLong(at + 4) >>> (64 - 8 * bytes)) & mask;
    return size == mask ? OptionalLong.empty() : known(at + 4L + bytes + size);
  }

  /** ASF: the size stands 40 bytes into the file properties. */
  private static OptionalLong asf(ByteBuffer head, String text) {
    int at = text.indexOf(ASF_FILE_PROPERTIES);
    return at < 0 || at + 48 > head.limit() ? OptionalLong.empty() : known(head.getLong(at + 40));
  }

  /**
   * NIST SPHERE: a header of text, whose second line is its length, and samples without packing.
   */
  private static OptionalLong nist(String text) {
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

  /** Whether the file is whole if the size of its samples includes the header, as some write it. */
  private static boolean isWholeWithHeader(
      WaveChunks.Chunk samples, OptionalLong stated, long size) {
    boolean whole = stated.isPresent() && Math.abs(stated.getAsLong() - size) <= TOLERANCE;
    return whole && samples.end() - size <= samples.at();
  }

  /** Creative Voice: blocks of a type (1 byte) and a size (3 bytes), the last of type 0. */
  private static OptionalLong voice(ByteBuffer head, SeekableByteChannel channel)
      throws IOException {
    if (head.limit() < VOICE_HEADER_BYTES) {
      return known(VOICE_HEADER_BYTES);
    }
    long at = head.order(ByteOrder.LITTLE_ENDIAN).getShort(VOICE.length()) & 0xFFFF;
    for (int i = 0; i < MAX_BLOCKS && at < channel.size(); i++) {
      byte[] block = FileBytes.read(channel, at, 4);
      if (block.length < 4 || block[0] == 0) {
        return OptionalLong.empty();
      }
      at += 4 + (ByteBuffer.wrap(block).order(ByteOrder.LITTLE_ENDIAN).getInt() >>> 8);
    }
    return known(at);
  }
}
