package io.stemspark.internal.text;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The one place that text passes through before a person or a file gets it: messages, journals and
 * reports. (Lines of logs are hidden by the pattern of log4j2.properties.) Names and reasons come
 * from untrusted files, and messages of libraries repeat what they were given.
 */
public final class SafeText {
  /** Characters of a message; longer ones are cut. */
  public static final int MAX_LENGTH = 2000;

  /** Most characters that a message repeats from a file. */
  private static final int MAX_QUOTED = 300;

  private static final char ZERO_WIDTH_NON_JOINER = '\u200c';
  private static final char ZERO_WIDTH_JOINER = '\u200d';
  private static final String HIDDEN = "(hidden)";

  /** What a cell of a spreadsheet begins with that is computed, in both widths. */
  private static final String FORMULA = "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20";

  /**
   * {@code scheme://user:password@host}, whose password may hold "/" and "@" but is no port, which
   * URIs of S3 do not have; and what stands before an "@" without a password, unless it is the
   * container of an Azure URI.
   */
  private static final Pattern USER_INFO =
      Pattern.compile(
          "(?<=[A-Za-z0-9+.-]{1,30}://|(?:^|[\\s\"'(])//)(?:"
              + "[^/\\s@:\"']{0,500}:(?:(?<=s3[an]?://[^/\\s@:\"']{0,500}:)|(?!\\d{1,5}(?:[/?#\\s]|$)))[^\\s@\"]{0,2000}(?:@[^/\\s@\"']{1,500}){0,9}@"
              + "|(?<!(?:abfs|wasb)s?://)[^/\\s@\"']{1,2000}@)",
          Pattern.CASE_INSENSITIVE);

  /** Parts of names of secrets. */
  private static final String PARTS =
      "secret|token|passw(?:or)?d|passphrase|passcode|credential|signature|awsaccesskeyid"
          + "|(?:access|account|api|application|app|client|encryption|hmac|license|master|primary"
          + "|private|secondary|session|shared|signing|storage|subscription)[-_.]?key";

  /** Names of secrets that are parts of harmless words. */
  private static final String WHOLE = "sas|sig|auth|authorization|pwd|pass";

  private static final String NAME = "[\\w.\\[\\]-]{0,100}";

  /** A key whose value is a secret. */
  private static final String KEY =
      "(?:" + NAME + "?(?:" + PARTS + ")" + NAME + "|(?:[\\w.-]{0,100}\\.)?(?:" + WHOLE + "))";

  /** {@code ?X-Amz-Signature=...}, and assignments to keys that sound like secrets. */
  private static final Pattern ASSIGNMENT =
      Pattern.compile(
          "(?i)((?:^|[?&;,\\s\"'{(\\[=])"
              + KEY
              + "[\"']?\\s{0,4}[=:]\\s{0,4})(?!\\(hidden\\))(?:\"[^\"]{0,4000}(?:\"|$)|'[^']{0,4000}(?:'|$)"
              + "|[\"']?(?:(?:bearer|basic)\\s+)?(?!\\(hidden\\))(?:[^\\s&;,\"'})\\]]"
              // A comma may be part of it, but not where another assignment or word follows.
              + "|[,;](?![\\s\"']|$|[\\w.\\[\\]-]{1,100}\\s{0,4}[=:])){1,4000}+)");

  /** The same within quotes, which only the closing one ends. */
  private static final Pattern QUOTED_ASSIGNMENT =
      Pattern.compile(
          "(?i)([\"'])(-{0,2}"
              + KEY
              + "\\s{0,4}[=:])(?!\\s{0,4}\\(hidden\\))[^\"'\\n]{1,4000}(?=\\1)");

  /** The same in a query, whose keys may be as short as {@code key}; it may follow a mere path. */
  private static final Pattern SECRET_PARAMETER =
      Pattern.compile(
          "(?i)([?&](?:"
              + (NAME + "?(?:" + PARTS + ")" + NAME)
              + "|key|"
              + WHOLE
              + ")=)(?!\\(hidden\\))[^\\s&;,\"'})\\]]{1,4000}");

  private static final Pattern SECRET_KEY =
      Pattern.compile("(?i)" + PARTS + "|(?:^|[^a-z])(?:" + WHOLE + "|key|keys)(?:[^a-z]|$)");

  /** Identifiers of AWS's keys. */
  private static final Pattern KEY_ID = Pattern.compile("\\b(?:AKIA|ASIA)[A-Z0-9]{12,}\\b");

  private SafeText() {}

  /** Without credentials, control characters and excess length. */
  public static String of(String text) {
    return limited(printable(redacted(text)), MAX_LENGTH);
  }

  /** Without credentials. */
  public static String redacted(String text) {
    String shorter = text.length() > 10 * MAX_LENGTH ? words(text, 10 * MAX_LENGTH) : text;
    String withoutUsers = USER_INFO.matcher(shorter).replaceAll(HIDDEN + "@");
    String withoutQuoted = QUOTED_ASSIGNMENT.matcher(withoutUsers).replaceAll("$1$2" + HIDDEN);
    String withoutValues =
        ASSIGNMENT
            .matcher(withoutQuoted)
            .replaceAll(found -> Matcher.quoteReplacement(found.group(1) + HIDDEN));
    String withoutParameters = SECRET_PARAMETER.matcher(withoutValues).replaceAll("$1" + HIDDEN);
    return KEY_ID.matcher(withoutParameters).replaceAll(HIDDEN);
  }

  /** The first words, of which the last is whole, unless there is only one. */
  private static String words(String text, int most) {
    int end = most;
    while (end > 0 && !Character.isWhitespace(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(0, end > 0 ? end : most) + "...";
  }

  /** Whether a URI holds a credential: as user information, or as a parameter of its query. */
  public static boolean holdsCredential(String uri) {
    int query = uri.indexOf('?');
    return USER_INFO.matcher(uri).find()
        || (query >= 0 && uri.contains("://") && ASSIGNMENT.matcher(uri.substring(query)).find())
        || (query >= 0 && SECRET_PARAMETER.matcher(uri.substring(query)).find());
  }

  /** Whether a key's value is a secret. */
  public static boolean isSecretKey(String key) {
    return SECRET_KEY.matcher(key).find();
  }

  /**
   * With control characters, and what a terminal takes for them, written out: {@code \x1b}. Line
   * ends of a message stay.
   */
  public static String printable(String text) {
    StringBuilder safe = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      char next = i + 1 < text.length() ? text.charAt(i + 1) : 0;
      if (Character.isSurrogatePair(c, next)) {
        int point = Character.toCodePoint(c, next);
        int type = Character.getType(point);
        boolean unseen = type == Character.FORMAT || type == Character.PRIVATE_USE;
        safe.append(unseen ? "\\u{%x}".formatted(point) : Character.toString(point));
        i++;
      } else if (isDangerous(c, next)) {
        safe.append(escaped(c));
      } else {
        safe.append(c);
      }
    }
    return safe.toString();
  }

  private static boolean isDangerous(char c, char next) {
    boolean lineEnd = c == '\n' || (c == '\r' && next == '\n');
    // Some scripts and pictograms are written with joiners.
    if (lineEnd || c == '\t' || c == ZERO_WIDTH_JOINER || c == ZERO_WIDTH_NON_JOINER) {
      return false;
    }
    int type = Character.getType(c);
    return type == Character.CONTROL
        // Marks that turn the direction of writing can make a name look like another.
        || type == Character.FORMAT
        || type == Character.LINE_SEPARATOR
        || type == Character.PARAGRAPH_SEPARATOR
        || type == Character.PRIVATE_USE
        // Half a character, which UTF-8 does not have.
        || type == Character.SURROGATE;
  }

  private static String escaped(char c) {
    // How names that are not UTF-8 are held: U+EF00 and the byte.
    boolean isByte = c >= 0xEF80 && c <= 0xEFFF;
    return isByte || c < 0x100 ? "\\x%02x".formatted(c & 0xFF) : "\\u%04x".formatted((int) c);
  }

  /** The beginning of what a message repeats, so that the rest of the message is seen too. */
  public static String quoted(String text) {
    // Hidden first: of a part of a credential nobody can tell what it is.
    return limited(redacted(text), MAX_QUOTED);
  }

  private static String limited(String text, int most) {
    if (text.length() <= most) {
      return text;
    }
    int end = Character.isHighSurrogate(text.charAt(most - 1)) ? most - 1 : most;
    return "%s... (%d characters more)".formatted(text.substring(0, end), text.length() - end);
  }

  /** On one line, as a name in a table or a message should be. */
  public static String line(String text) {
    return of(text).replace("\r", "\\r").replace("\n", "\\n").replace("\t", "\\t");
  }

  /** A cell of a CSV file that no spreadsheet takes for a formula. */
  public static String cell(String text) {
    String line = printable(text);
    boolean formula = !line.isEmpty() && FORMULA.indexOf(line.charAt(0)) >= 0;
    return "\"" + (formula ? "'" : "") + line.replace("\"", "\"\"") + "\"";
  }
}
