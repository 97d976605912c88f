package io.stemspark.internal.storage;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.apache.hadoop.fs.FileSystem;

/**
 * Converts names of local files to text and back, whatever the locale and whatever bytes they
 * consist of.
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

  private static final boolean UTF_8 =
      "UTF-8".equalsIgnoreCase(System.getProperty("sun.jnu.encoding"));

  private LocalPaths() {}

  static boolean isLocal(FileSystem files) {
    return files.getUri().getScheme().equals("file");
  }

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
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharBuffer out = CharBuffer.allocate(bytes.length);
    StringBuilder text = new StringBuilder();
    while (in.hasRemaining()) {
      CoderResult end = decoder.reset().decode(in, out.clear(), true);
      for (char c : out.flip().toString().toCharArray()) {
        if (isUnusual(c)) {
          escape(String.valueOf(c).getBytes(StandardCharsets.UTF_8), text);
        } else {
          text.append(c);
        }
      }
      // Where it stops before the end, the next bytes are no part of UTF-8.
      byte[] wrong = new byte[end.isError() ? end.length() : 0];
      in.get(wrong);
      escape(wrong, text);
    }
    return text.toString();
  }

  private static void escape(byte[] bytes, StringBuilder text) {
    for (byte b : bytes) {
      text.append((char) (ESCAPE + (b & 0xFF)));
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
    // Latin-1 has a character for each byte. The encoding is that of forms, with a plus for a
    // space.
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
