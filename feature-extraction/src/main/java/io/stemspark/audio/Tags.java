package io.stemspark.audio;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a file says about its music: title, artist and the like, and a front cover. The input is not
 * trusted, so what is absurdly large is left out.
 *
 * @param fields texts by name, in the file's order; names are FFmpeg's, such as {@code
 *     album_artist}
 * @param cover the picture of the front cover, if there is one
 */
public record Tags(Map<String, String> fields, Optional<Cover> cover) {
  public static final Tags NONE = new Tags(Map.of(), Optional.empty());

  /** The most fields that are kept. */
  public static final int MAX_FIELDS = 100;

  /** Bytes of the largest cover that is kept. */
  public static final int LARGEST_COVER = 1 << 24;

  /** Characters of the longest name or text that is kept. */
  public static final int LONGEST_TEXT = 1 << 16;

  public Tags {
    Map<String, String> kept = new LinkedHashMap<>();
    fields.forEach(
        (name, text) -> {
          boolean fits = name.length() <= LONGEST_TEXT && text.length() <= LONGEST_TEXT;
          if (fits && kept.size() < MAX_FIELDS) {
            kept.put(name, text);
          }
        });
    fields = Collections.unmodifiableMap(kept);
    cover = cover.filter(picture -> picture.bytes.length <= LARGEST_COVER);
  }

  /**
   * A picture, as it stands in the file.
   *
   * @param codec FFmpeg's name of the picture's format: mjpeg or png
   * @param width in pixels
   * @param height in pixels
   * @param bytes the picture's file; not copied
   */
  @SuppressWarnings("ArrayRecordComponent") // A copy of a picture would take as much again.
  public record Cover(String codec, int width, int height, byte[] bytes) {
    @Override
    public boolean equals(Object other) {
      return other instanceof Cover cover
          && codec.equals(cover.codec)
          && width == cover.width
          && height == cover.height
          && Arrays.equals(bytes, cover.bytes);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
      return "cover %s %dx%d, %d bytes".formatted(codec, width, height, bytes.length);
    }
  }
}
