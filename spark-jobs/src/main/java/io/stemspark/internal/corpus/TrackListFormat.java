package io.stemspark.internal.corpus;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.stemspark.internal.text.SafeText;
import java.io.IOException;
import java.io.Serializable;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/**
 * Reads the lines of a list of tracks, each by itself, so that a bad line affects no other.
 *
 * @param kind how the list is written
 * @param columns names of its columns, of a CSV list; else empty
 */
record TrackListFormat(Kind kind, List<String> columns) implements Serializable {
  static final List<String> COLUMNS =
      Stream.concat(Stream.of("track_id", "mixture", "split"), FoundFile.STEMS.stream()).toList();

  /** Those that mean the same in any list. The others may be anything in lists without stems. */
  private static final Set<String> RESERVED =
      Set.of("track_id", "mixture", "split", "vocals", "accompaniment");

  private static final List<String> REQUIRED = List.of("track_id", "mixture");
  private static final String BYTE_ORDER_MARK = "\uFEFF";

  /** A line beyond this is not a row of a list. */
  static final int MAX_LINE = 1 << 20;

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  /** The comma at the end of a line that was cut out of a JSON array. */
  private static final Pattern LAST_COMMA = Pattern.compile("\\}\\s*,\\s*$");

  enum Kind {
    CSV,
    JSON_LINES
  }

  /** A line that is not a row. The message says why, and begins with a small letter. */
  static final class BadLineException extends IOException {
    private static final long serialVersionUID = 1;

    BadLineException(String reason, Throwable cause) {
      super(reason, cause);
    }
  }

  /**
   * Finds out how a list is written.
   *
   * @param head its first bytes
   * @throws IOException when it cannot be a list
   */
  static TrackListFormat of(String list, Kind kind, byte[] head) throws IOException {
    requireText(list, head);
    String text = withoutMark(new String(head, StandardCharsets.UTF_8));
    String first = text.lines().filter(line -> !line.isBlank()).findFirst().orElse("");
    if (first.isEmpty()) {
      throw new IOException(
          "%s is empty. Expected %s."
              .formatted(
                  list,
                  kind == Kind.CSV
                      ? "a header with track_id and mixture, and a line for each track"
                      : "a JSON object with track_id and mixture on each line"));
    }
    if (first.length() > MAX_LINE) {
      throw new IOException(
          "%s: its first line has more than %d characters. Expected a line for each track."
              .formatted(list, MAX_LINE));
    }
    return kind == Kind.CSV ? csv(list, first) : jsonLines(list, first);
  }

  private static void requireText(String list, byte[] head) throws IOException {
    String bytes = new String(head, StandardCharsets.ISO_8859_1);
    if (bytes.startsWith("\u00FF\u00FE") || bytes.startsWith("\u00FE\u00FF")) {
      throw new IOException(
          "%s is written in UTF-16. Expected UTF-8: save it again in that encoding."
              .formatted(list));
    }
    // A later line with such a byte is one bad row.
    if (bytes.lines().findFirst().orElse("").indexOf('\0') >= 0) {
      throw new IOException(
          "%s holds bytes of value 0 and is not text. Expected a list in UTF-8.".formatted(list));
    }
  }

  private static String withoutMark(String text) {
    return text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
  }

  private static TrackListFormat csv(String list, String header) throws IOException {
    List<String> columns;
    try {
      columns = names(split(header));
    } catch (BadLineException e) {
      throw new IOException("The header of %s is damaged: %s".formatted(list, e.getMessage()), e);
    }
    if (!columns.containsAll(REQUIRED)) {
      throw new IOException(
          "%s has the columns %s. Expected at least track_id and mixture, separated by commas."
              .formatted(list, SafeText.quoted(String.join(", ", columns))));
    }
    for (String name : RESERVED) {
      if (columns.indexOf(name) != columns.lastIndexOf(name)) {
        throw new IOException("%s has the column %s twice.".formatted(list, name));
      }
    }
    return new TrackListFormat(Kind.CSV, columns);
  }

  private static TrackListFormat jsonLines(String list, String first) throws IOException {
    if (first.stripLeading().startsWith("[")) {
      throw new IOException(
          "%s is a JSON array. Expected JSON Lines: an object with track_id and mixture on each line."
              .formatted(list));
    }
    return new TrackListFormat(Kind.JSON_LINES, List.of());
  }

  /**
   * Reads a line.
   *
   * @param number from 1
   * @return its values by column; nothing for an empty line, or a CSV list's header
   * @throws BadLineException when it is not a row
   */
  Optional<Map<String, String>> read(String line, long number) throws BadLineException {
    String text = number == 1 ? withoutMark(line) : line;
    if (text.isBlank()) {
      return Optional.empty();
    }
    if (text.length() > MAX_LINE) {
      throw new BadLineException("it has more than %d characters".formatted(MAX_LINE), null);
    }
    return kind == Kind.CSV ? csvLine(text) : Optional.of(jsonLine(text));
  }

  private Optional<Map<String, String>> csvLine(String text) throws BadLineException {
    List<String> fields = split(text);
    if (names(fields).equals(columns)) {
      return Optional.empty(); // The header.
    }
    if (fields.size() != columns.size()) {
      throw new BadLineException(
          "it has %d fields, and the header names %d columns: %s"
              .formatted(fields.size(), columns.size(), SafeText.quoted(text)),
          null);
    }
    Map<String, String> values = new HashMap<>();
    for (String name : COLUMNS) {
      int at = columns.indexOf(name);
      if (at >= 0) {
        values.put(name, fields.get(at));
      }
    }
    return Optional.of(values);
  }

  private static List<String> names(List<String> fields) {
    return fields.stream().map(field -> field.strip().toLowerCase(Locale.ROOT)).toList();
  }

  private static List<String> split(String text) throws BadLineException {
    try (CSVParser parser = CSVParser.parse(new StringReader(text), CSVFormat.RFC4180)) {
      List<String> fields = new ArrayList<>();
      for (CSVRecord row : parser) {
        row.forEach(fields::add);
      }
      return fields;
    } catch (IOException | IllegalStateException | java.io.UncheckedIOException e) {
      throw new BadLineException("its quotes do not match: " + SafeText.quoted(text), e);
    }
  }

  private static Map<String, String> jsonLine(String text) throws BadLineException {
    JsonNode row;
    try {
      row = JSON.readTree(LAST_COMMA.matcher(text).replaceFirst("}"));
    } catch (JsonProcessingException e) {
      throw new BadLineException("it is not JSON: " + SafeText.quoted(e.getOriginalMessage()), e);
    }
    if (row == null || !row.isObject()) {
      throw new BadLineException("it is not a JSON object: " + SafeText.quoted(text), null);
    }
    Map<String, String> values = new HashMap<>();
    for (String name : COLUMNS) {
      JsonNode value = row.get(name);
      if (value != null && value.isContainerNode() && RESERVED.contains(name)) {
        throw new BadLineException(
            "%s is not text: %s".formatted(name, SafeText.quoted(text)), null);
      }
      if (value != null && value.isValueNode() && !value.isNull()) {
        values.put(name, value.asText());
      }
    }
    for (Map.Entry<String, JsonNode> member : row.properties()) {
      String name = member.getKey().toLowerCase(Locale.ROOT);
      // As in CSV, names in upper case count too, unless there is one in lower case.
      if (COLUMNS.contains(name)
          && !row.has(name)
          && member.getValue().isValueNode()
          && !member.getValue().isNull()) {
        values.put(name, member.getValue().asText());
      }
    }
    return values;
  }
}
