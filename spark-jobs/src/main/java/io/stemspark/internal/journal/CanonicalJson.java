package io.stemspark.internal.journal;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * JSON with one spelling for each value, so that its text can be hashed. A subset of RFC 8785 (JSON
 * Canonicalization Scheme): members are sorted by the UTF-16 code units of their names, there is no
 * white space, strings escape only what they must. Numbers are rounded to 15 significant digits and
 * written without an exponent; they must lie between 1e-6 and 1e21 in magnitude, or be zero. In
 * that range RFC 8785 writes them in the same way.
 */
final class CanonicalJson {
  /** Digits that every double holds; more would depend on the JDK that prints them. */
  private static final MathContext DIGITS = new MathContext(15, RoundingMode.HALF_EVEN);

  private static final BigDecimal SMALLEST = new BigDecimal("1e-6");
  private static final BigDecimal LARGEST = new BigDecimal("1e21");

  private CanonicalJson() {}

  /**
   * The text of a value.
   *
   * @param value a map with text keys, a list, a string, a number or a boolean
   * @throws IllegalArgumentException when it has no canonical form here, such as null, NaN and half
   *     surrogate pairs
   */
  static String write(Object value) {
    if (value instanceof Map<?, ?> members) {
      Map<Object, Object> sorted = new TreeMap<>(members);
      return sorted.entrySet().stream()
          .map(member -> quoted((String) member.getKey()) + ":" + write(member.getValue()))
          .collect(Collectors.joining(",", "{", "}"));
    }
    if (value instanceof List<?> elements) {
      return elements.stream().map(CanonicalJson::write).collect(Collectors.joining(",", "[", "]"));
    }
    if (value instanceof String string) {
      return quoted(string);
    }
    if (value instanceof Boolean) {
      return value.toString();
    }
    if (value instanceof Integer || value instanceof Long || value instanceof Double) {
      return number(value.toString());
    }
    throw new IllegalArgumentException("The value " + value + " has no canonical JSON form.");
  }

  private static String number(String digits) {
    BigDecimal number;
    try {
      number = new BigDecimal(digits).round(DIGITS);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("The value " + digits + " has no canonical JSON form.", e);
    }
    BigDecimal magnitude = number.abs();
    boolean plain = magnitude.compareTo(SMALLEST) >= 0 && magnitude.compareTo(LARGEST) < 0;
    if (number.signum() != 0 && !plain) {
      throw new IllegalArgumentException("The value " + digits + " has no canonical JSON form.");
    }
    return number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
  }

  private static String quoted(String string) {
    return string
        .codePoints()
        .mapToObj(c -> escaped(c, string))
        .collect(Collectors.joining("", "\"", "\""));
  }

  private static String escaped(int c, String string) {
    if (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) {
      throw new IllegalArgumentException("A string holds half a surrogate pair: " + string);
    }
    return switch (c) {
      case '"' -> "\\\"";
      case '\\' -> "\\\\";
      case '\b' -> "\\b";
      case '\t' -> "\\t";
      case '\n' -> "\\n";
      case '\f' -> "\\f";
      case '\r' -> "\\r";
      default -> c < ' ' ? "\\u%04x".formatted(c) : Character.toString(c);
    };
  }
}
