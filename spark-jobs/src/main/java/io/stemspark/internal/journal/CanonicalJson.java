package io.stemspark.internal.journal;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * JSON with one spelling for each value, so that its text can be hashed. A subset of RFC 8785 (JSON
 * Canonicalization Scheme): members are sorted by the UTF-16 code units of their names, there is no
 * white space, strings escape only what they must. Numbers are rounded to 15 significant digits and
 * written without an exponent; they must lie between 1e-6 and 1e21 in magnitude, or be zero. In
 * that range RFC 8785 writes them in the same way.
 */
final class CanonicalJson {
  /** What every double holds; more digits would depend on the JDK that prints them. */
  private static final MathContext DIGITS = new MathContext(15, RoundingMode.HALF_EVEN);

  private static final BigDecimal SMALLEST = new BigDecimal("1e-6");
  private static final BigDecimal LARGEST = new BigDecimal("1e21");

  private CanonicalJson() {}

  /**
   * The text of a value.
   *
   * @param value a map with text keys, a list, a string, a number or a boolean
   * @throws IllegalArgumentException when it has no canonical form here, as null, NaN and half
   *     surrogate pairs
   */
  static String write(Object value) {
    StringBuilder text = new StringBuilder();
    append(value, text);
    return text.toString();
  }

  private static void append(Object value, StringBuilder text) {
    if (value instanceof Map<?, ?> members) {
      appendObject(members, text);
    } else if (value instanceof List<?> elements) {
      String separator = "[";
      for (Object element : elements) {
        append(element, text.append(separator));
        separator = ",";
      }
      text.append(elements.isEmpty() ? "[]" : "]");
    } else if (value instanceof String string) {
      appendString(string, text);
    } else if (value instanceof Boolean) {
      text.append(value);
    } else if (value instanceof Integer || value instanceof Long || value instanceof Double) {
      text.append(number(String.valueOf(value)));
    } else {
      throw new IllegalArgumentException("No canonical JSON form is defined for " + value);
    }
  }

  private static void appendObject(Map<?, ?> members, StringBuilder text) {
    Map<String, Object> sorted = new TreeMap<>();
    members.forEach((name, member) -> sorted.put((String) name, member));
    String separator = "{";
    for (Map.Entry<String, Object> member : sorted.entrySet()) {
      appendString(member.getKey(), text.append(separator));
      append(member.getValue(), text.append(':'));
      separator = ",";
    }
    text.append(sorted.isEmpty() ? "{}" : "}");
  }

  private static String number(String digits) {
    BigDecimal number;
    try {
      number = new BigDecimal(digits).round(DIGITS);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("No canonical JSON form is defined for " + digits, e);
    }
    BigDecimal magnitude = number.abs();
    boolean plain = magnitude.compareTo(SMALLEST) >= 0 && magnitude.compareTo(LARGEST) < 0;
    if (number.signum() != 0 && !plain) {
      throw new IllegalArgumentException("No canonical JSON form is defined for " + digits);
    }
    return number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
  }

  private static void appendString(String string, StringBuilder text) {
    text.append('"');
    for (int i = 0; i < string.length(); i++) {
      char c = string.charAt(i);
      boolean paired =
          Character.isHighSurrogate(c)
              && i + 1 < string.length()
              && Character.isLowSurrogate(string.charAt(i + 1));
      if (paired) {
        text.append(c).append(string.charAt(++i));
      } else if (Character.isSurrogate(c)) {
        throw new IllegalArgumentException("A string holds half a surrogate pair: " + string);
      } else {
        appendCharacter(c, text);
      }
    }
    text.append('"');
  }

  private static void appendCharacter(char c, StringBuilder text) {
    switch (c) {
      case '"' -> text.append("\\\"");
      case '\\' -> text.append("\\\\");
      case '\b' -> text.append("\\b");
      case '\t' -> text.append("\\t");
      case '\n' -> text.append("\\n");
      case '\f' -> text.append("\\f");
      case '\r' -> text.append("\\r");
      default -> text.append(c < ' ' ? "\\u%04x".formatted((int) c) : String.valueOf(c));
    }
  }
}
