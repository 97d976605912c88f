package io.stemspark.internal.storage;

import io.stemspark.audio.Tags;
import io.stemspark.internal.storage.PathTemplate.TrackName;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Parts of paths from tags, which are not trusted. Such a part is one name that file systems and
 * object stores take, and that no tool hides.
 */
public final class PathTags {
  /** The tags that a path may have in it. */
  public static final List<String> NAMES =
      List.of("artist", "album_artist", "album", "title", "track", "disc", "year", "genre");

  /** Bytes in UTF-8 of the longest part. A name has at most 255, and a template may join two. */
  private static final int LONGEST = 120;

  private static final String UNKNOWN = "unknown";

  /** Control characters, those that change how others look, and those without a meaning. */
  private static final Pattern INVISIBLE =
      Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Cn}\\p{Co}]+");

  private static final Pattern NOT_IN_NAMES = Pattern.compile("[/\\\\:*?\"<>|]");
  private static final Pattern SPACES = Pattern.compile("[\\s\\p{Z}]+");

  /** Names that begin with these are hidden from listings; Windows drops the others. */
  private static final Pattern ENDS = Pattern.compile("^[ ._]+|[ .]+$");

  private static final Pattern NUMBER = Pattern.compile("\\s*(\\d{1,4})\\b.*", Pattern.DOTALL);
  private static final Pattern YEAR = Pattern.compile("\\s*(\\d{4})\\b.*", Pattern.DOTALL);

  private PathTags() {}

  /**
   * What a track's tags are as parts of a path, by {@linkplain #NAMES name}; without empty ones.
   */
  public static Map<String, String> of(Tags tags) {
    Map<String, String> fields = new HashMap<>();
    tags.fields().forEach((name, text) -> fields.putIfAbsent(name.toLowerCase(Locale.ROOT), text));
    Map<String, String> parts = new TreeMap<>();
    for (String name : NAMES) {
      String text = fields.getOrDefault(name.equals("year") ? "date" : name, "");
      String part =
          switch (name) {
            case "track" -> padded(first(NUMBER, text));
            case "disc" -> first(NUMBER, text);
            case "year" -> first(YEAR, text);
            default -> cleaned(text);
          };
      if (!part.isEmpty()) {
        parts.put(name, part);
      }
    }
    return parts;
  }

  /** A part of a track's path. Where there is no such tag, another one tells as much. */
  static String text(String name, TrackName track) {
    Map<String, String> tags = track.tags() == null ? Map.of() : track.tags();
    String other =
        switch (name) {
          case "artist" -> tags.getOrDefault("album_artist", UNKNOWN);
          case "album_artist" -> tags.getOrDefault("artist", UNKNOWN);
          case "title" -> titleOf(track.id());
          default -> UNKNOWN;
        };
    return tags.getOrDefault(name, other);
  }

  /** What the id ends with, as a name. */
  private static String titleOf(String id) {
    String title = cleaned(id.substring(id.lastIndexOf('/') + 1));
    return title.isEmpty() ? UNKNOWN : title;
  }

  private static String first(Pattern pattern, String text) {
    Matcher found = pattern.matcher(text);
    return found.matches() ? found.group(1) : "";
  }

  private static String padded(String number) {
    return number.length() == 1 ? "0" + number : number;
  }

  private static String cleaned(String text) {
    String visible = INVISIBLE.matcher(SPACES.matcher(text).replaceAll(" ")).replaceAll("");
    String name =
        NOT_IN_NAMES.matcher(Normalizer.normalize(visible, Normalizer.Form.NFC)).replaceAll("-");
    return ENDS.matcher(cut(ENDS.matcher(name).replaceAll(""))).replaceAll("");
  }

  /** As many whole characters as fit. */
  private static String cut(String text) {
    int bytes = 0;
    int end = 0;
    while (end < text.length()) {
      int character = text.codePointAt(end);
      bytes += Character.toString(character).getBytes(StandardCharsets.UTF_8).length;
      if (bytes > LONGEST) {
        break;
      }
      end += Character.charCount(character);
    }
    return text.substring(0, end);
  }
}
