package io.stemspark.internal.repair;

import io.stemspark.audio.AudioException;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Takes apart MP3 of "free format", whose frames have a size of their own: bit rate index 0
 * (ISO/IEC 11172-3, 2.4.2.3). FFmpeg does not know how long such a frame is. Its decoder for
 * application data units (RFC 5219) need not know: a unit is a frame together with its data,
 * wherever in the frames before that lies. This class makes such units.
 */
public final class FreeFormatMp3 {
  private static final int HEADER = 4;
  private static final int MAX_FRAME = 8192;
  private static final int MIN_FRAME = 24;

  /** Bytes read at once: a channel may be a stream from storage, or another process. */
  private static final int WINDOW = 1 << 18;

  /** Bytes before a frame at which its data may begin, at most. */
  private static final int MAX_RESERVOIR = 511;

  /** Bits of version, layer, bit rate and sample rate, which all frames have in common. */
  private static final int COMMON = 0xFFFE_FC00;

  private static final int FREE_LAYER3 = 0xFFE2_0000;
  private static final int FREE_LAYER3_MASK = 0xFFE6_F000;

  /** Some bit rate that decoders know; they go by the unit's own length. */
  private static final int SOME_BIT_RATE = 14 << 12;

  private static final int[] RATES = {44_100, 48_000, 32_000};

  private final String name;
  private final SeekableByteChannel channel;
  private final int first;
  private final int length;
  private final byte[] reservoir = new byte[MAX_RESERVOIR + MAX_FRAME];
  private int filled;
  private long position;
  private byte[] window = new byte[0];
  private long windowAt;

  private FreeFormatMp3(
      String name, SeekableByteChannel channel, long position, int first, int length) {
    this.name = name;
    this.channel = channel;
    this.position = position;
    this.first = first;
    this.length = length;
  }

  /**
   * Finds out whether a file is MP3 of free format.
   *
   * @param name how messages name it
   * @return empty if it is not; the channel is then at its beginning
   */
  public static Optional<FreeFormatMp3> find(String name, SeekableByteChannel channel)
      throws IOException {
    long start = Id3Prefix.ofTags(channel);
    byte[] head = FileBytes.read(channel, start, HEADER);
    Optional<FreeFormatMp3> found = Optional.empty();
    if (head.length == HEADER && isFree(header(head, 0))) {
      byte[] frames = FileBytes.read(channel, start, 3 * MAX_FRAME);
      int length = length(frames);
      if (length > 0) {
        found = Optional.of(new FreeFormatMp3(name, channel, start, header(head, 0), length));
      }
    }
    channel.position(0);
    return found;
  }

  /** Whether a file begins with three frames, or with two that fill {@code head}. */
  public static boolean matches(byte[] head) {
    return head.length >= 2 * MIN_FRAME && isFree(header(head, 0)) && length(head) > 0;
  }

  private static int header(byte[] bytes, int at) {
    return (bytes[at] & 0xFF) << 24
        | (bytes[at + 1] & 0xFF) << 16
        | (bytes[at + 2] & 0xFF) << 8
        | (bytes[at + 3] & 0xFF);
  }

  private static boolean isFree(int header) {
    boolean reservedVersion = (header >> 19 & 3) == 1;
    boolean reservedRate = (header >> 10 & 3) == 3;
    return (header & FREE_LAYER3_MASK) == FREE_LAYER3 && !reservedVersion && !reservedRate;
  }

  /** Length of a frame without padding, if two more follow where it says; else 0. */
  private static int length(byte[] frames) {
    int wanted = header(frames, 0) & COMMON;
    for (int at = MIN_FRAME; at + HEADER <= Math.min(frames.length, MAX_FRAME); at++) {
      if ((header(frames, at) & COMMON) == wanted) {
        int length = at - padding(header(frames, 0));
        int third = at + length + padding(header(frames, at));
        if (third + HEADER > frames.length || (header(frames, third) & COMMON) == wanted) {
          return length;
        }
      }
    }
    return 0;
  }

  private static int padding(int header) {
    return header >> 9 & 1;
  }

  private boolean isMpeg1() {
    return (first >> 19 & 3) == 3;
  }

  public int channels() {
    return (first >> 6 & 3) == 3 ? 1 : 2;
  }

  public int sampleRate() {
    int version = first >> 19 & 3;
    return RATES[first >> 10 & 3] >> (version == 3 ? 0 : version == 2 ? 1 : 2);
  }

  public int samplesPerFrame() {
    return isMpeg1() ? 1152 : 576;
  }

  /** Bytes of a frame without padding. */
  public int frameBytes() {
    return length;
  }

  /**
   * The next whole frame; null at the end, behind which tags may lie.
   *
   * @throws AudioException when there is no frame here, but more frames follow
   */
  private byte[] nextFrame() throws IOException {
    byte[] head = bytes(position, HEADER);
    if (head.length < HEADER) {
      return null;
    }
    if ((header(head, 0) & COMMON) != (first & COMMON)) {
      requireNoMoreFrames();
      return null;
    }
    int size = length + padding(header(head, 0));
    byte[] frame = bytes(position, size);
    if (frame.length < size) {
      return null;
    }
    position += size;
    return frame;
  }

  private void requireNoMoreFrames() throws IOException {
    for (long at = position; ; at++) {
      byte[] head = bytes(at, HEADER);
      if (head.length < HEADER) {
        return;
      }
      if ((header(head, 0) & COMMON) == (first & COMMON)) {
        int next = length + padding(header(head, 0));
        byte[] frame = bytes(at, next + HEADER);
        if (frame.length == next + HEADER && (header(frame, next) & COMMON) == (first & COMMON)) {
          throw new AudioException(
              name,
              "The file is damaged: there is no frame at byte %d, but more frames follow."
                  .formatted(position));
        }
      }
    }
  }

  /** Reads {@code count} bytes; fewer at the end of the file. */
  private byte[] bytes(long at, int count) throws IOException {
    if (at < windowAt || at + count > windowAt + window.length) {
      window = FileBytes.read(channel, at, WINDOW);
      windowAt = at;
    }
    int from = (int) (at - windowAt);
    return Arrays.copyOfRange(window, from, Math.min(from + count, window.length));
  }

  private int sideInfoAt(byte[] frame) {
    boolean checked = (header(frame, 0) >> 16 & 1) == 0;
    return HEADER + (checked ? 2 : 0);
  }

  private int sideInfoBytes() {
    return isMpeg1() ? (channels() == 1 ? 17 : 32) : (channels() == 1 ? 9 : 17);
  }

  /**
   * What an encoder says about the whole stream in place of its first frame. That frame is then
   * skipped.
   *
   * @return empty if it says nothing
   */
  public Optional<LameInfo> info() throws IOException {
    long start = position;
    byte[] frame = nextFrame();
    Optional<LameInfo> info =
        frame == null
            ? Optional.empty()
            : LameInfo.read(frame, sideInfoAt(frame) + sideInfoBytes());
    if (info.isEmpty()) {
      position = start;
    }
    return info;
  }

  /**
   * The next frame as a unit that can be decoded by itself; null at the end.
   *
   * @throws AudioException when frames end before the file does
   */
  public byte[] next() throws IOException {
    byte[] frame = nextFrame();
    if (frame == null) {
      return null;
    }
    int side = sideInfoAt(frame);
    int data = side + sideInfoBytes();
    if (data > frame.length) {
      return null;
    }
    SideInfo info = SideInfo.read(frame, side, isMpeg1(), channels());
    int from = filled - info.dataBegin();
    System.arraycopy(frame, data, reservoir, filled, frame.length - data);
    filled += frame.length - data;
    byte[] unit = unit(frame, data, side, from, info.dataBytes());
    keepEnd();
    return unit;
  }

  private byte[] unit(byte[] frame, int data, int side, int from, int bytes) {
    boolean whole = from >= 0 && from + bytes <= filled;
    byte[] unit = Arrays.copyOf(frame, data + (whole ? bytes : 0));
    int header = header(frame, 0) | SOME_BIT_RATE;
    unit[2] = (byte) (header >> 8);
    if (whole) {
      System.arraycopy(reservoir, from, unit, data, bytes);
    } else {
      // Its data lies in frames that are missing, so the unit becomes silence of its length.
      Arrays.fill(unit, side, data, (byte) 0);
    }
    return unit;
  }

  private void keepEnd() {
    int kept = Math.min(filled, MAX_RESERVOIR);
    System.arraycopy(reservoir, filled - kept, reservoir, 0, kept);
    filled = kept;
  }

  /**
   * What a frame's side information says about its data.
   *
   * @param dataBegin where the data begins, in bytes before the end of the previous frame
   * @param dataBytes length of the data
   */
  private record SideInfo(int dataBegin, int dataBytes) {
    static SideInfo read(byte[] frame, int at, boolean mpeg1, int channels) {
      int begin = bits(frame, at, 0, mpeg1 ? 9 : 8);
      int bit = mpeg1 ? 9 + (channels == 1 ? 5 : 3) + 4 * channels : 8 + channels;
      int granules = mpeg1 ? 2 : 1;
      int sum = 0;
      for (int i = 0; i < granules * channels; i++) {
        sum += bits(frame, at, bit, 12);
        bit += mpeg1 ? 59 : 63;
      }
      return new SideInfo(begin, (sum + 7) / 8);
    }

    private static int bits(byte[] bytes, int at, int from, int count) {
      int value = 0;
      for (int i = from; i < from + count; i++) {
        value = value << 1 | (bytes[at + i / 8] >> (7 - i % 8) & 1);
      }
      return value;
    }
  }

  /**
   * The figures in the frame that the LAME encoder puts first.
   *
   * @param frames that follow
   * @param delay samples that the encoder put before the audio
   * @param padding samples that it put behind
   */
  public record LameInfo(long frames, int delay, int padding) {
    private static final List<String> MARKS = List.of("Info", "Xing");
    private static final int ALL_FLAGS = 0xF;

    /** Flags, frames, bytes, table of contents and quality, where all of them are there. */
    private static final int ENCODER_AT = 4 + 4 + 4 + 4 + 100 + 4;

    private static final int DELAY_AT = ENCODER_AT + 21;

    /** Encoders that write how many samples they have added. */
    private static final List<String> ENCODERS = List.of("LAME", "Lavf", "Lavc");

    static Optional<LameInfo> read(byte[] frame, int at) {
      if (at + DELAY_AT + 3 > frame.length) {
        return Optional.empty();
      }
      boolean usual = (header(frame, at + 4) & ALL_FLAGS) == ALL_FLAGS;
      if (!MARKS.contains(FileBytes.mark(frame, at)) || !usual) {
        return Optional.empty();
      }
      long frames = Integer.toUnsignedLong(header(frame, at + 8));
      if (!ENCODERS.contains(FileBytes.mark(frame, at + ENCODER_AT))) {
        return Optional.of(new LameInfo(frames, 0, 0));
      }
      int gap = header(frame, at + DELAY_AT - 1) & 0xFF_FFFF;
      return Optional.of(new LameInfo(frames, gap >> 12, gap & 0xFFF));
    }
  }
}
