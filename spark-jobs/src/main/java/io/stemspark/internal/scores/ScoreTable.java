package io.stemspark.internal.scores;

import io.stemspark.internal.text.SafeText;
import io.stemspark.metrics.Estimator;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The scores of a corpus, and their medians.
 *
 * @param version {@link ScoreFile#VERSION}
 * @param stemspark version that scored
 * @param estimates what was scored: a folder of stems or a model bundle
 * @param references the corpus
 * @param created when, in ISO 8601
 * @param medians over tracks of medians over windows, by estimator and stem
 * @param tracks the tracks, by id
 */
public record ScoreTable(
    int version,
    String stemspark,
    String estimates,
    String references,
    String created,
    Map<String, Map<String, Measures>> medians,
    List<Row> tracks) {
  /** Nobody hears an error as low as this. */
  public static final double PERFECT = 100;

  private static final Pattern PLAIN = Pattern.compile("[A-Za-z][A-Za-z0-9 _.-]*");

  private static final String LINE = "%-22s %-14s %8s %8s %8s %8s %10s %8s%n";

  /** A track's scores, by estimator and stem. */
  public record Row(String trackId, double seconds, Map<String, Map<String, Measures>> scores)
      implements Serializable {
    boolean isComplete() {
      return trackId != null
          && scores != null
          && scores.values().stream().allMatch(ScoreTable::hasStems);
    }
  }

  /** The table of these tracks. */
  public static ScoreTable of(
      String stemspark, String estimates, String references, String created, List<Row> tracks) {
    Map<String, Map<String, Measures>> medians = new LinkedHashMap<>();
    for (Estimator estimator : Estimator.values()) {
      String name = estimator.words();
      List<Map<String, Measures>> all =
          tracks.stream().map(track -> track.scores().get(name)).filter(Objects::nonNull).toList();
      if (!all.isEmpty()) {
        medians.put(name, medians(all));
      }
    }
    return new ScoreTable(
        ScoreFile.VERSION, stemspark, estimates, references, created, medians, tracks);
  }

  /** Of each stem over the tracks that have it. */
  private static Map<String, Measures> medians(List<Map<String, Measures>> tracks) {
    Map<String, List<Measures>> byStem = new LinkedHashMap<>();
    for (Map<String, Measures> track : tracks) {
      track.forEach(
          (stem, scores) -> byStem.computeIfAbsent(stem, one -> new ArrayList<>()).add(scores));
    }
    Map<String, Measures> medians = new LinkedHashMap<>();
    byStem.forEach((stem, scores) -> medians.put(stem, Measures.medians(scores)));
    return medians;
  }

  /** Whether everything is there that a reader relies on. */
  boolean isComplete() {
    return estimates != null
        && references != null
        && medians != null
        && tracks != null
        && medians.values().stream().allMatch(ScoreTable::hasStems)
        && tracks.stream().allMatch(row -> row != null && row.isComplete());
  }

  private static boolean hasStems(Map<String, Measures> stems) {
    return stems != null
        && stems.containsKey(ScoreFile.VOCALS)
        && stems.values().stream().allMatch(Objects::nonNull);
  }

  /** One line for each track, estimator and stem. */
  public String csv() {
    StringBuilder text =
        new StringBuilder("track_id,estimator,stem,sdr,isr,sir,sar,track_sdr,si_sdr\n");
    for (Row track : tracks) {
      track
          .scores()
          .forEach(
              (estimator, stems) ->
                  stems.forEach(
                      (stem, measures) ->
                          text.append(SafeText.cell(track.trackId()))
                              .append(',')
                              .append(name(estimator))
                              .append(',')
                              .append(name(stem))
                              .append(numbers(measures))
                              .append('\n')));
    }
    return text.toString();
  }

  /** A name as it is, unless it is none of ours. */
  private static String name(String text) {
    return PLAIN.matcher(text).matches() ? text : SafeText.cell(text);
  }

  private static String numbers(Measures measures) {
    return measures.values().stream()
        .map(value -> value == null ? "," : String.format(Locale.ROOT, ",%.5f", value))
        .collect(Collectors.joining());
  }

  /** The medians as a table for a terminal. */
  public String describe() {
    StringBuilder text =
        new StringBuilder(
            LINE.formatted(
                "medians, dB", "stem", "SDR", "ISR", "SIR", "SAR", "track SDR", "SI-SDR"));
    medians.forEach(
        (estimator, stems) ->
            stems.forEach(
                (stem, measures) -> {
                  List<String> cells = new ArrayList<>(List.of(estimator, stem));
                  measures.values().forEach(value -> cells.add(decibels(value)));
                  text.append(LINE.formatted(cells.toArray()));
                }));
    return text.toString().stripTrailing();
  }

  /** A value with two decimals, or a dash. Beyond 100 dB it only shows how numbers are rounded. */
  public static String decibels(Double value) {
    return value == null
        ? "-"
        : value > PERFECT ? ">100" : String.format(Locale.ROOT, "%.2f", value);
  }
}
