package io.stemspark.audio;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What a file says about its music: title, artist and the like, and a front cover. The input is not
 * trusted, so what is absurdly large is left out.
 */
public final class Tags {
  public static final Tags NONE = new Tags(Map.of(), null);

  /** The most fields that are kept. */
  public static final int MAX_FIELDS = 100;

  /** Bytes of the largest cover that is kept. */
  public static final int LARGEST_COVER = 1 << 24;

  /** Characters of the longest name or text that is kept. */
  public static final int LONGEST_TEXT = 1 << 16;

  private final Map<String, String> fields;
  private final Cover cover;

  /**
   * @param fields texts by name
   * @param cover null for none
   */
  public Tags(Map<String, String> fields, Cover cover) {
    Map<String, String> kept = new LinkedHashMap<>();
    fields.forEach(
        (name, text) -> {
          boolean fits = name.length() <= LONGEST_TEXT && text.length() <= LONGEST_TEXT;
          if (fits && kept.size() < MAX_FIELDS) {
            kept.put(name, text);
          }
        });
    this.fields = Collections.unmodifiableMap(kept);
    this.cover = cover == null || cover.bytes.length > LARGEST_COVER ? null : cover;
  }

  /** Texts by name, in the file's order; names are FFmpeg's, such as {@code album_artist}. */
  public Map<String, String> fields() {
    return fields;
  }

  /** The picture of the front cover, if there is one. */
  public Optional<Cover> cover() {
    return Optional.ofNullable(cover);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Tags tags
        && fields.equals(tags.fields)
        && Objects.equals(cover, tags.cover);
  }

  @Override
  public int hashCode() {
    return Objects.hash(fields, cover);
  }

  @Override
  public String toString() {
    return "%s, %s".formatted(fields, cover == null ? "no cover" : cover);
  }

  /** A picture, as it stands in the file. */
  public static final class Cover {
    private final String codec;
    private final int width;
    private final int height;
    private final byte[] bytes;

    /**
     * @param codec FFmpeg's name of the picture's format: mjpeg or png
     * @param width in pixels
     * @param height in pixels
     * @param bytes the picture's file; not copied
     */
    public Cover(String codec, int width, int height, byte[] bytes) {
      this.codec = codec;
      this.width = width;
      this.height = height;
      this.bytes = bytes;
    }

    public String codec() {
      return codec;
    }

    public int width() {
      return width;
    }

    public int height() {
      return height;
    }

    /** The picture's file; not a copy. */
    public byte[] bytes() {
      return bytes;
    }

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
