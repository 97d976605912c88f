package io.stemspark.internal.ffmpeg;

import io.stemspark.audio.Container;
import io.stemspark.audio.Tags;
import io.stemspark.internal.audio.Loudness;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Tags that say how loud a file is: ReplayGain 2.0's, or of Opus those of RFC 7845. They stand
 * before the audio, and what they say is known after it; so they are written with room for any
 * value, which is filled in.
 */
public final class LoudnessTags {
  /** Players bring files to this loudness, in LUFS. */
  private static final double REPLAY_GAIN = -18;

  private static final double R128 = -23;
  private static final int R128_STEPS = 256;

  /** Our tags come first among the texts, and covers after them, but for FLAC. */
  private static final int HEADER = 1 << 16;

  private static final int FLAC_MARK = 4;
  private static final int FLAC_BLOCK = 4;
  private static final int FLAC_LAST = 0x80;
  private static final int FLAC_COMMENTS = 4;
  private static final int FLAC_LENGTH = 0xFF_FFFF;

  private static final String GAIN = "REPLAYGAIN_TRACK_GAIN";
  private static final String PEAK = "REPLAYGAIN_TRACK_PEAK";
  private static final String OPUS_GAIN = "R128_TRACK_GAIN";

  private LoudnessTags() {}

  /** Whether files of this kind can have them. */
  public static boolean areIn(Container container) {
    return switch (container) {
      case FLAC, MP3, OGG, OPUS -> true;
      case WAV, M4A, ALAC, STEM_MP4, STEM_ALAC -> false;
    };
  }

  /** Tags with room for those of a file of this kind. */
  public static Tags reserve(Container container, Tags tags) {
    Map<String, String> fields = new LinkedHashMap<>();
    values(container, 0, 0).forEach((name, value) -> fields.put(name, "?".repeat(value.length())));
    fields.putAll(tags.fields());
    return new Tags(fields, tags.cover());
  }

  /**
   * Fills in the tags of a file that was written with {@linkplain #reserve room} for them.
   *
   * @param loudness of silence too, which gets no gain
   */
  public static void fill(Path file, Container container, Loudness loudness) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      long start = container == Container.FLAC ? flacComments(channel) : 0;
      byte[] tags = read(channel, start, HEADER);
      double reference = isOpus(container) ? R128 : REPLAY_GAIN;
      double gain = loudness.isSilent() ? 0 : reference - loudness.integrated();
      for (Map.Entry<String, String> tag :
          values(container, gain, loudness.truePeak()).entrySet()) {
        byte[] value = tag.getValue().getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(value, 0, tags, placeOf(tag, tags, file), value.length);
      }
      if (isOpus(container)) {
        OggPages.sumUp(tags);
      }
      channel.position(start);
      for (ByteBuffer rest = ByteBuffer.wrap(tags); rest.hasRemaining(); ) {
        channel.write(rest);
      }
    }
  }

  /**
   * Where the comments stand among a FLAC file's blocks of metadata (RFC 9639, 8); 0 if nowhere.
   */
  private static long flacComments(FileChannel file) throws IOException {
    long block = FLAC_MARK;
    byte[] header = read(file, block, FLAC_BLOCK);
    while (header.length == FLAC_BLOCK && (header[0] & ~FLAC_LAST) != FLAC_COMMENTS) {
      block += FLAC_BLOCK + (ByteBuffer.wrap(header).getInt() & FLAC_LENGTH);
      header = (header[0] & FLAC_LAST) == 0 ? read(file, block, FLAC_BLOCK) : new byte[0];
    }
    return header.length == 0 ? 0 : block;
  }

  /** As many bytes as there are, but at most {@code length}. */
  private static byte[] read(FileChannel file, long from, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate((int) Math.max(0, Math.min(length, file.size() - from)));
    int read = 0;
    while (bytes.hasRemaining() && read >= 0) {
      read = file.read(bytes, from + bytes.position());
    }
    return Arrays.copyOf(bytes.array(), bytes.position());
  }

  private static boolean isOpus(Container container) {
    return container == Container.OGG || container == Container.OPUS;
  }

  /** The tags' texts, all of which are equally long whatever the values. */
  private static Map<String, String> values(Container container, double gain, double peak) {
    if (isOpus(container)) {
      long steps = Math.max(-32_768, Math.min(32_767, Math.round(gain * R128_STEPS)));
      return Map.of(OPUS_GAIN, String.format(Locale.ROOT, "%+06d", steps));
    }
    Map<String, String> tags = new LinkedHashMap<>();
    double shown = Math.max(-99.99, Math.min(99.99, gain));
    tags.put(GAIN, String.format(Locale.ROOT, "%+06.2f dB", shown));
    tags.put(PEAK, String.format(Locale.ROOT, "%.6f", Math.min(9, Math.pow(10, peak / 20))));
    return tags;
  }

  private static int placeOf(Map.Entry<String, String> tag, byte[] tags, Path file)
      throws IOException {
    String text = new String(tags, StandardCharsets.ISO_8859_1);
    int name = text.indexOf(tag.getKey());
    int value = name < 0 ? -1 : text.indexOf("?".repeat(tag.getValue().length()), name);
    if (value < 0) {
      throw new IOException("%s has no room for the tag %s.".formatted(file, tag.getKey()));
    }
    return value;
  }
}
