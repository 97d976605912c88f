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
 * 3306), and Sony's Wave64. FFmpeg ignores what does not fit; this class reports it.
 */
public final class WaveChunks {
  private static final int HEAD = 12;
  private static final int DATA_SIZE_AT = 8;
  private static final int FORMAT_BYTES = 40;
  private static final int EXTENSIBLE = 0xFFFE;
  private static final int PCM = 1;
  private static final int MAX_CHUNKS = 10_000;

  /**
   * Sizes from here on are placeholders, which writers to pipes put where they do not know the
   * size, unless the file has as many bytes.
   */
  private static final long UNKNOWN = 0x7FFF_F000L;

  /** The same for Wave64. */
  private static final long UNKNOWN_64 = Long.MAX_VALUE / 2;

  private static final long UNSIGNED_INT = 0xFFFF_FFFFL;

  /** Up to the bits of a sample, which every {@code fmt} has. */
  private static final int PLAIN_FORMAT_BYTES = 16;

  /** Places in the samples that are looked at, and bytes of each. */
  private static final int PROBES = 8;

  private static final int PROBE_BYTES = 1 << 13;

  /**
   * The content of a chunk.
   *
   * @param at its first byte in the file
   * @param size in bytes, as stated
   */
  public record Chunk(long at, long size) {
    public long end() {
      return size > Long.MAX_VALUE - at ? Long.MAX_VALUE : at + size;
    }
  }

  /**
   * What the chunk {@code fmt} says about samples (Microsoft's WAVEFORMATEXTENSIBLE).
   *
   * @param bytesPerSample bytes that a sample takes in the file
   * @param validBits how many of their bits are valid, from the top
   */
  public record Integers(int bytesPerSample, int validBits) {}

  private final SeekableByteChannel channel;
  private final boolean wide;
  private final ByteOrder order;
  private final List<Chunk> data = new ArrayList<>();
  private ByteBuffer format;
  private long dataSize64;
  private boolean ofUnknownLength;

  /** The samples to the end of the file, where the header does not say how long they are. */
  private Chunk unknown;

  private WaveChunks(SeekableByteChannel channel, String kind) {
    this.channel = channel;
    this.wide = kind.equals("riff");
    this.order = kind.equals("RIFX") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
  }

  /** Reads the chunks of a file; empty unless it is a WAV file. Goes back to the beginning. */
  public static Optional<WaveChunks> of(SeekableByteChannel channel) throws IOException {
    byte[] head = FileBytes.read(channel, 0, HEAD);
    String kind = head.length < HEAD ? "" : FileBytes.mark(head, 0);
    WaveChunks chunks =
        switch (kind) {
          case "RIFF", "RIFX", "RF64", "BW64" ->
              FileBytes.mark(head, 8).equals("WAVE") ? new WaveChunks(channel, kind) : null;
          case "riff" -> new WaveChunks(channel, kind);
          default -> null;
        };
    if (chunks != null) {
      chunks.walk();
    }
    channel.position(0);
    return Optional.ofNullable(chunks);
  }

  /** Follows the chunks to the end of the file, or to where there is no chunk. */
  private void walk() throws IOException {
    int header = wide ? 24 : 8;
    long at = wide ? 40 : 12;
    for (int i = 0; i < MAX_CHUNKS; i++) {
      byte[] bytes = FileBytes.read(channel, at, header);
      String name = bytes.length < header ? "" : FileBytes.mark(bytes, 0);
      if (name.isEmpty() || !name.chars().allMatch(c -> c >= ' ' && c <= '~')) {
        // What follows the empty chunk of samples is not a chunk, so it is the samples.
        if (isEmpty() && at < channel.size()) {
          beginWithoutLength(at);
        }
        return;
      }
      ByteBuffer sizes = ByteBuffer.wrap(bytes).order(order);
      long size = wide ? sizes.getLong(16) - header : Integer.toUnsignedLong(sizes.getInt(4));
      long left = channel.size() - at - header;
      if (name.equals("data") && isPlaceholder(size, left)) {
        size = dataSize64;
        if (size <= 0) {
          beginWithoutLength(at + header);
        }
      }
      // What follows the empty chunk of samples is not a chunk that fits, so it is the samples.
      if (isEmpty() && size > left) {
        beginWithoutLength(at);
      }
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

  private void beginWithoutLength(long at) {
    if (!ofUnknownLength) {
      ofUnknownLength = true;
      unknown = new Chunk(at, Long.MAX_VALUE);
    }
  }

  private boolean isPlaceholder(long size, long left) {
    return wide ? size >= UNKNOWN_64 : size == UNSIGNED_INT || (size >= UNKNOWN && size > left);
  }

  private void take(String name, Chunk chunk) throws IOException {
    switch (name) {
      case "fmt " -> {
        if (format == null) {
          int most = (int) Math.min(FORMAT_BYTES, chunk.size());
          format = ByteBuffer.wrap(FileBytes.read(channel, chunk.at(), most)).order(order);
        }
      }
      case "ds64" -> {
        byte[] sizes = FileBytes.read(channel, chunk.at(), DATA_SIZE_AT + Long.BYTES);
        dataSize64 =
            sizes.length < DATA_SIZE_AT + Long.BYTES
                ? 0
                : ByteBuffer.wrap(sizes).order(order).getLong(DATA_SIZE_AT);
      }
      case "data" -> data.add(chunk);
      default -> {}
    }
  }

  /** The byte order of numbers and samples. */
  public ByteOrder order() {
    return order;
  }

  /**
   * The kind of its samples; empty unless they are little-endian integers whose valid bits are
   * stated, or 24 bits in 32.
   */
  public Optional<Integers> integers() {
    if (format == null || format.limit() < PLAIN_FORMAT_BYTES || order != ByteOrder.LITTLE_ENDIAN) {
      return Optional.empty();
    }
    int channels = format.getShort(2) & 0xFFFF;
    int blockAlign = format.getShort(12) & 0xFFFF;
    if (channels == 0 || blockAlign % channels != 0) {
      return Optional.empty();
    }
    int bytesPerSample = blockAlign / channels;
    int tag = format.getShort(0) & 0xFFFF;
    if (tag == PCM) {
      boolean wider = format.getShort(14) == 24 && bytesPerSample == Integer.BYTES;
      return wider ? Optional.of(new Integers(bytesPerSample, 24)) : Optional.empty();
    }
    if (tag != EXTENSIBLE
        || format.limit() < FORMAT_BYTES
        || (format.getShort(24) & 0xFFFF) != PCM) {
      return Optional.empty();
    }
    int validBits = format.getShort(18) & 0xFFFF;
    boolean sound = validBits >= 1 && validBits <= 8 * bytesPerSample;
    return sound ? Optional.of(new Integers(bytesPerSample, validBits)) : Optional.empty();
  }

  /**
   * The samples, if they are of 24 bits in the lower bytes of 32, as ALSA's programs wrote them.
   * The header is that of 24 bits in the upper bytes: the samples tell. Goes back to the beginning.
   */
  public Optional<Chunk> lowSamples() throws IOException {
    Optional<Chunk> samples = ofUnknownLength ? Optional.of(unknown) : data();
    boolean plain = integers().isPresent() && (format.getShort(0) & 0xFFFF) == PCM;
    if (!plain || samples.isEmpty()) {
      return Optional.empty();
    }
    Chunk chunk = samples.get();
    long length = Math.min(chunk.size(), channel.size() - chunk.at());
    boolean low = false;
    boolean high = false;
    for (int part = 0; part < PROBES; part++) {
      long at = chunk.at() + length / PROBES * part / Integer.BYTES * Integer.BYTES;
      int most = (int) Math.min(PROBE_BYTES, chunk.at() + length - at);
      byte[] probe = FileBytes.read(channel, at, most);
      for (int i = 0; i + Integer.BYTES <= probe.length; i += Integer.BYTES) {
        low |= probe[i] != 0;
        // Zero, or the sign of the bits below.
        high |= probe[i + 3] != 0 && probe[i + 3] != probe[i + 2] >> 7;
      }
    }
    channel.position(0);
    return low && !high ? samples : Optional.empty();
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
