package io.stemspark.internal.storage;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Names of local files as text, whatever the locale and whatever bytes they consist of.
 *
 * <p>Linux names are bytes. Here they are read as UTF-8 even where the locale says otherwise. A
 * byte that is no part of UTF-8 becomes a character from U+EF80 to U+EFFF, its value plus U+EF00,
 * so that no two names become one and each leads back to its file.
 */
public final class LocalPaths {
  private static final int ESCAPE = 0xEF00;
  private static final int FIRST_ESCAPED = ESCAPE + 0x80;
  private static final int LAST_ESCAPED = ESCAPE + 0xFF;
  private static final char REPLACEMENT = '\uFFFD';

  /** Bytes of the longest character of UTF-8. */
  private static final int LONGEST = 4;

  private static final boolean UTF_8 =
      "UTF-8".equalsIgnoreCase(System.getProperty("sun.jnu.encoding"));

  private LocalPaths() {}

  /** Where a local file lies. */
  static Path of(org.apache.hadoop.fs.Path path) {
    String text = path.toUri().getPath();
    return UTF_8 && text.chars().noneMatch(LocalPaths::isUnusual)
        ? Path.of(text)
        : Path.of(URI.create("file://" + percentEncoded(bytes(text))));
  }

  private static boolean isUnusual(int c) {
    return c >= FIRST_ESCAPED && c <= LAST_ESCAPED;
  }

  /** The last part of a path as text. */
  static String name(Path path) {
    String plain = String.valueOf(path.getFileName());
    if (UTF_8 && plain.chars().noneMatch(c -> c == REPLACEMENT || isUnusual(c))) {
      return plain;
    }
    String raw = path.toUri().getRawPath();
    // The URI of a folder ends with a slash.
    String inner = raw.endsWith("/") ? raw.substring(0, raw.length() - 1) : raw;
    return text(percentDecoded(inner.substring(inner.lastIndexOf('/') + 1)));
  }

  /** Bytes as text. */
  public static String text(byte[] bytes) {
    String whole = decoded(bytes, 0, bytes.length);
    if (whole != null && whole.chars().noneMatch(LocalPaths::isUnusual)) {
      return whole;
    }
    StringBuilder text = new StringBuilder();
    int at = 0;
    while (at < bytes.length) {
      int length = Math.min(LONGEST, bytes.length - at);
      String character = null;
      while (length > 0 && character == null) {
        character = character(bytes, at, length--);
      }
      if (character == null) {
        text.append((char) (ESCAPE + (bytes[at++] & 0xFF)));
      } else {
        text.append(character);
        at += character.getBytes(StandardCharsets.UTF_8).length;
      }
    }
    return text.toString();
  }

  /**
   * The character that these bytes are; null unless they are just one, and not one that escapes.
   */
  private static String character(byte[] bytes, int at, int length) {
    String found = decoded(bytes, at, length);
    boolean one = found != null && found.codePointCount(0, found.length()) == 1;
    return one && !isUnusual(found.charAt(0)) ? found : null;
  }

  /** Null unless it is UTF-8. */
  private static String decoded(byte[] bytes, int at, int length) {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .decode(ByteBuffer.wrap(bytes, at, length))
          .toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }

  /** Text as bytes. */
  static byte[] bytes(String text) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    text.codePoints()
        .forEach(
            c -> {
              if (isUnusual(c)) {
                bytes.write(c - ESCAPE);
              } else {
                bytes.writeBytes(Character.toString(c).getBytes(StandardCharsets.UTF_8));
              }
            });
    return bytes.toByteArray();
  }

  private static String percentEncoded(byte[] bytes) {
    // Latin-1 has a character for each byte, and a form's encoding a plus for a space.
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    return URLEncoder.encode(text, StandardCharsets.ISO_8859_1)
        .replace("+", "%20")
        .replace("%2F", "/");
  }

  private static byte[] percentDecoded(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.ISO_8859_1)
        .getBytes(StandardCharsets.ISO_8859_1);
  }
}
