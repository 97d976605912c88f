package io.stemspark.internal.corpus;

import io.stemspark.internal.corpus.Track.Problem;
import io.stemspark.internal.text.SafeText;
import io.stemspark.network.Stem;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A row of a list.
 *
 * @param number from 1
 * @param values by column
 * @param problem why its line is not a row; empty if it is one
 */
record ListRow(long number, Map<String, String> values, String problem) implements Serializable {
  /** The longest path or name; no file system takes longer ones. */
  private static final int MAX_VALUE = 1 << 13;

  /**
   * Half surrogate pairs, which UTF-8 does not have, and the byte that ends a name for the system.
   */
  private static final Pattern NO_TEXT = Pattern.compile("[\\x00\\p{Cs}]");

  static ListRow of(long number, Map<String, String> values) {
    return new ListRow(number, values, "");
  }

  static ListRow damaged(long number, String problem) {
    return new ListRow(number, Map.of(), problem);
  }

  /** Its track, found among the files of storage. */
  CorpusEntry track(String list, ListedFiles files) {
    String origin = "%s, line %d".formatted(list, number);
    Optional<String> wrong = problem.isEmpty() ? unfit() : Optional.of(problem);
    if (wrong.isPresent()) {
      return Track.unusable(
          origin, origin, new Problem("%s: %s.".formatted(origin, wrong.get()), true));
    }
    // Blanks around a value may belong to the name of a file, but not to that of a track.
    String split = value("split").strip();
    return files.track(
        value("track_id").strip(), split.isEmpty() ? Track.DEFAULT_SPLIT : split, files(), origin);
  }

  /** What it names, with and without blanks around it; nothing where a column is empty. */
  Stream<String> locations() {
    return files().values().stream()
        .flatMap(location -> Stream.of(location, location.strip()))
        .distinct();
  }

  /**
   * Locations by stem, or mixture, as far as it names them. Only vocals make stems of others, and
   * an accompaniment is the sum of these.
   */
  private Map<String, String> files() {
    Map<String, String> files = new LinkedHashMap<>();
    List<String> signals = new ArrayList<>(List.of(Stem.MIXTURE));
    boolean two = value("vocals").isEmpty() || !value(Track.ACCOMPANIMENT).isEmpty();
    signals.addAll(two ? List.of(Track.VOCALS, Track.ACCOMPANIMENT) : FoundFile.STEMS);
    for (String signal : signals) {
      if (!value(signal).isEmpty()) {
        files.put(signal, value(signal));
      }
    }
    return files;
  }

  /** Empty if it is missing or blank. */
  private String value(String column) {
    String value = values.getOrDefault(column, "");
    return value.isBlank() ? "" : value;
  }

  /** What is wrong with a value, regardless of which files there are. */
  private Optional<String> unfit() {
    for (Map.Entry<String, String> value : values.entrySet()) {
      String column = value.getKey();
      if (value.getValue().length() > MAX_VALUE) {
        return Optional.of("its %s has more than %d characters".formatted(column, MAX_VALUE));
      }
      if (NO_TEXT.matcher(value.getValue()).find()) {
        return Optional.of(
            "its %s holds what no name can hold: %s"
                .formatted(column, SafeText.line(SafeText.quoted(value.getValue()))));
      }
      boolean name = column.equals("track_id") || column.equals("split");
      if (name && SafeText.holdsCredential(value.getValue())) {
        return Optional.of("its track_id or split holds a credential, and both end up in journals");
      }
    }
    return Optional.empty();
  }
}
