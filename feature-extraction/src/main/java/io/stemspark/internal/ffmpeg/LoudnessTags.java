package io.stemspark.internal.ffmpeg;

import io.stemspark.audio.Container;
import io.stemspark.audio.Tags;
import io.stemspark.internal.audio.Loudness;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
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

  /** Our tags come first. Before them stand only names of the container and the codec. */
  private static final int HEADER = 1 << 16;

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
    byte[] header;
    try (InputStream stream = Files.newInputStream(file)) {
      header = stream.readNBytes(HEADER);
    }
    double reference = isOpus(container) ? R128 : REPLAY_GAIN;
    double gain = loudness.isSilent() ? 0 : reference - loudness.integrated();
    for (Map.Entry<String, String> tag : values(container, gain, loudness.truePeak()).entrySet()) {
      byte[] value = tag.getValue().getBytes(StandardCharsets.US_ASCII);
      System.arraycopy(value, 0, header, placeOf(tag, header, file), value.length);
    }
    if (isOpus(container)) {
      OggPages.sumUp(header);
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      for (ByteBuffer rest = ByteBuffer.wrap(header); rest.hasRemaining(); ) {
        channel.write(rest);
      }
    }
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

  private static int placeOf(Map.Entry<String, String> tag, byte[] bytes, Path file)
      throws IOException {
    String header = new String(bytes, StandardCharsets.ISO_8859_1);
    int name = header.toUpperCase(Locale.ROOT).indexOf(tag.getKey());
    int value = name < 0 ? -1 : header.indexOf("?".repeat(tag.getValue().length()), name);
    if (value < 0) {
      throw new IOException("%s has no room for the tag %s.".formatted(file, tag.getKey()));
    }
    return value;
  }
}
