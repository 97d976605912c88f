package io.stemspark.internal.repair;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The chunks of a WAV file: RIFF (Microsoft), its big-endian form RIFX, RF64 and BW64 (EBU Tech
 * 3306), and Sony's Wave64. FFmpeg passes over what does not fit; this tells what does not.
 */
public final class WaveChunks {
  private static final int RIFF = 0x52494646;
  private static final int RIFX = 0x52494658;
  private static final int RF64 = 0x52463634;
  private static final int BROADCAST_WAVE_64 = 0x42573634;
  private static final int WAVE_64 = 0x72696666;
  private static final int WAVE = 0x57415645;
  private static final int WAVE_AT = 8;

  private static final int FORMAT = 0x666D7420;
  private static final int DATA = 0x64617461;
  private static final int SIZES_64 = 0x64733634;
  private static final int DATA_SIZE_AT = 8;
  private static final int FORMAT_BYTES = 40;
  private static final int MAX_CHUNKS = 10_000;

  /**
   * From here on, what writers to pipes put in place of a size that they do not know, unless there
   * is as much.
   */
  private static final long UNKNOWN = 0x7FFF_F000L;

  /** The same of Wave64. */
  private static final long UNKNOWN_64 = Long.MAX_VALUE / 2;

  private static final long UNSIGNED_INT = 0xFFFF_FFFFL;

  /**
   * The content of a chunk.
   *
   * @param at its first byte in the file
   * @param size in bytes, as stated
   */
  public record Chunk(long at, long size) {
    long end() {
      return size > Long.MAX_VALUE - at ? Long.MAX_VALUE : at + size;
    }
  }

  private final SeekableByteChannel channel;
  private final boolean wide;
  private final ByteOrder order;
  private final List<Chunk> data = new ArrayList<>();
  private ByteBuffer format;
  private long dataSize64;
  private boolean ofUnknownLength;

  private WaveChunks(SeekableByteChannel channel, boolean wide, ByteOrder order) {
    this.channel = channel;
    this.wide = wide;
    this.order = order;
  }

  /** Reads the chunks of a file; empty unless it is a WAV file. Goes back to the beginning. */
  public static Optional<WaveChunks> of(SeekableByteChannel channel) throws IOException {
    ByteBuffer head = read(channel, 0, WAVE_AT + Integer.BYTES);
    if (head.remaining() < WAVE_AT + Integer.BYTES) {
      channel.position(0);
      return Optional.empty();
    }
    boolean wide = head.getInt(0) == WAVE_64;
    boolean wave =
        switch (head.getInt(0)) {
          case RIFF, RIFX, RF64, BROADCAST_WAVE_64 -> head.getInt(WAVE_AT) == WAVE;
          default -> wide;
        };
    WaveChunks chunks =
        new WaveChunks(
            channel, wide, head.getInt(0) == RIFX ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    if (wave) {
      chunks.walk(wide ? 40 : 12);
    }
    channel.position(0);
    return wave ? Optional.of(chunks) : Optional.empty();
  }

  private static ByteBuffer read(SeekableByteChannel channel, long at, int most)
      throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(most);
    if (at < channel.size()) {
      channel.position(at);
      while (bytes.hasRemaining() && channel.read(bytes) > 0) {}
    }
    return bytes.flip();
  }

  /** Follows the chunks to where the file ends, or no chunk stands. */
  private void walk(long first) throws IOException {
    int header = wide ? 24 : 8;
    long at = first;
    for (int i = 0; i < MAX_CHUNKS; i++) {
      ByteBuffer bytes = read(channel, at, header);
      if (bytes.remaining() < header || !isName(bytes.getInt(0))) {
        // What follows an empty chunk of samples is no chunk: these are the samples.
        ofUnknownLength |= isEmpty() && at < channel.size();
        return;
      }
      int name = bytes.getInt(0);
      bytes.order(order);
      long size = wide ? bytes.getLong(16) - header : bytes.getInt(4) & UNSIGNED_INT;
      long left = channel.size() - at - header;
      if (name == DATA && isPlaceholder(size, left)) {
        size = dataSize64;
        ofUnknownLength |= size <= 0;
      }
      // No chunk follows samples that there are none of: these are the samples.
      ofUnknownLength |= isEmpty() && size > left;
      if (size < 0 || ofUnknownLength) {
        return;
      }
      take(name, new Chunk(at + header, size));
      if (size > left) {
        return;
      }
      long align = wide ? 7 : 1;
      at += (header + size + align) & ~align;
    }
  }

  private boolean isPlaceholder(long size, long left) {
    return wide ? size >= UNKNOWN_64 : size == UNSIGNED_INT || (size >= UNKNOWN && size > left);
  }

  private static boolean isName(int name) {
    for (int shift = 0; shift < 32; shift += 8) {
      int c = name >> shift & 0xFF;
      if (c < ' ' || c > '~') {
        return false;
      }
    }
    return true;
  }

  private void take(int name, Chunk chunk) throws IOException {
    switch (name) {
      case FORMAT -> {
        if (format == null) {
          int most = (int) Math.min(FORMAT_BYTES, chunk.size());
          format = read(channel, chunk.at(), most).order(order);
        }
      }
      case SIZES_64 -> {
        ByteBuffer sizes = read(channel, chunk.at(), DATA_SIZE_AT + Long.BYTES).order(order);
        dataSize64 =
            sizes.remaining() < DATA_SIZE_AT + Long.BYTES ? 0 : sizes.getLong(DATA_SIZE_AT);
      }
      case DATA -> data.add(chunk);
      default -> {}
    }
  }

  /** Of numbers and samples. */
  public ByteOrder order() {
    return order;
  }

  /** The beginning of the chunk {@code fmt}; empty if there is none. */
  public Optional<ByteBuffer> format() {
    return Optional.ofNullable(format);
  }

  /** Whether the header does not say how many samples there are, as when its writer was killed. */
  public boolean isOfUnknownLength() {
    return ofUnknownLength;
  }

  /** Whether the file has no samples, and says so. */
  public boolean isEmpty() {
    return !data.isEmpty() && data.stream().allMatch(chunk -> chunk.size() == 0);
  }

  /** The samples, where the file says how many there are. */
  public Optional<Chunk> data() {
    return ofUnknownLength
        ? Optional.empty()
        : data.stream().filter(chunk -> chunk.size() > 0).findFirst();
  }

  /** How many chunks hold samples. */
  public long parts() {
    return data.stream().filter(chunk -> chunk.size() > 0).count();
  }
}
