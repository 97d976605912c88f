package io.stemspark.audio;

import java.io.Serializable;

/**
 * How audio is encoded into a file.
 *
 * @param container the kind of file
 * @param quality in the container's own measure: FLAC's compression level (0 to 12), the bitrate in
 *     kbit/s of MP3, Opus and AAC; nothing for WAV and Apple Lossless
 */
public record Encoding(Container container, int quality) implements Serializable {
  private static final long MAX_OPUS_BITS = 256_000;

  /** {@code container} at its default quality, which makes lossy codecs nearly transparent. */
  public static Encoding of(Container container) {
    return new Encoding(
        container,
        switch (container) {
          case WAV, ALAC, STEM_ALAC -> 0;
          case FLAC -> 5;
          case MP3 -> 320;
          case OGG, OPUS -> 192;
          case M4A, STEM_MP4 -> 256;
        });
  }

  /** Bits per second, 0 where quality is no bitrate. */
  public long bitRate(int channels) {
    return switch (container) {
      case WAV, FLAC, ALAC, STEM_ALAC -> 0;
      case OGG, OPUS -> Math.min(quality * 1000L, MAX_OPUS_BITS * channels);
      case MP3, M4A, STEM_MP4 -> quality * 1000L;
    };
  }
}
