package io.stemspark.internal.report;

import io.stemspark.internal.report.Axis.Tick;
import io.stemspark.internal.report.RunPage.Listening;
import io.stemspark.internal.scores.Measures;
import io.stemspark.internal.scores.ScoreFile;
import io.stemspark.internal.scores.ScoreTable;
import io.stemspark.internal.scores.ScoreTable.Row;
import io.stemspark.metrics.Estimator;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;

/**
 * The page of an evaluation.
 *
 * @param scores of all tracks, which also lie beside the page as JSON
 * @param measures names of the columns
 * @param stems medians of each stem, in dB
 * @param distributions of the vocals' scores over tracks, by measure
 * @param tracks the vocals' scores of the first thousand tracks, in dB
 * @param moreTracks that the page leaves out
 */
public record ScorePage(
    ScoreTable scores,
    List<String> measures,
    List<Table> stems,
    List<Distribution> distributions,
    List<Listening> worst,
    List<Listening> best,
    Table tracks,
    int moreTracks) {
  private static final String EVALUATED = Estimator.EVALUATED.words();
  private static final String VOCALS = ScoreFile.VOCALS;
  private static final int MAX_TRACKS = 1000;

  private static final Map<String, Function<Measures, Double>> MEASURES = new LinkedHashMap<>();

  static {
    MEASURES.put("SDR", Measures::sdr);
    MEASURES.put("ISR", Measures::isr);
    MEASURES.put("SIR", Measures::sir);
    MEASURES.put("SAR", Measures::sar);
    MEASURES.put("track SDR", Measures::trackSdr);
    MEASURES.put("SI-SDR", Measures::siSdr);
  }

  /** A table of scores. */
  public record Table(String title, List<Line> lines) {}

  /** A line of a table: scores with two decimals. */
  public record Line(String name, List<String> scores) {
    static Line of(String name, Measures measures) {
      return new Line(
          name,
          MEASURES.values().stream()
              .map(measure -> ScoreTable.decibels(measure.apply(measures)))
              .toList());
    }
  }

  /** The scores of all tracks on an axis, a row for each contender. */
  public record Distribution(String measure, List<Tick> x, List<Dots> rows) {}

  /**
   * A row of dots, in percent of the axis.
   *
   * @param median null where it is not on the axis
   */
  public record Dots(String name, List<Double> tracks, Double median) {}

  /** An estimator of this evaluation or of another. */
  private record Contender(String name, ScoreTable table, String estimator) {
    Measures median(String stem) {
      return table.medians().get(estimator).get(stem);
    }

    List<Double> values(String stem, Function<Measures, Double> measure) {
      return table.tracks().stream()
          .map(row -> row.scores().get(estimator))
          .filter(Objects::nonNull)
          .map(stems -> measure.apply(stems.get(stem)))
          .filter(ScorePage::isDrawn)
          .toList();
    }
  }

  static String render(
      ScoreTable scores, List<ScoreTable> others, List<Listening> worst, List<Listening> best) {
    List<Contender> contenders = contenders(scores, others);
    List<Distribution> distributions = new ArrayList<>();
    MEASURES.forEach((name, measure) -> distributions.add(distribution(name, measure, contenders)));
    List<Line> tracks =
        scores.tracks().stream()
            .limit(MAX_TRACKS)
            .map(row -> Line.of(row.trackId(), vocals(row)))
            .toList();
    return Page.render(
        "scores.ftl",
        new ScorePage(
            scores,
            List.copyOf(MEASURES.keySet()),
            stems(scores).stream().map(stem -> medians(stem, contenders)).toList(),
            distributions,
            worst,
            best,
            new Table("Tracks, vocals", tracks),
            scores.tracks().size() - tracks.size()));
  }

  private static List<Contender> contenders(ScoreTable scores, List<ScoreTable> others) {
    List<Contender> contenders = new ArrayList<>();
    if (scores.medians().containsKey(EVALUATED)) {
      contenders.add(new Contender(shortened(scores.estimates()), scores, EVALUATED));
    }
    for (ScoreTable other : others) {
      if (other.medians().containsKey(EVALUATED)) {
        contenders.add(new Contender(name(other, scores), other, EVALUATED));
      }
    }
    for (String estimator : scores.medians().keySet()) {
      if (!estimator.equals(EVALUATED)) {
        contenders.add(new Contender(estimator, scores, estimator));
      }
    }
    return contenders;
  }

  /** A name that shows whether an evaluation is of other tracks. */
  private static String name(ScoreTable other, ScoreTable scores) {
    String name = shortened(other.estimates());
    return ids(other).equals(ids(scores))
        ? name
        : "%s (%d others of %s)"
            .formatted(name, other.tracks().size(), shortened(other.references()));
  }

  private static List<String> ids(ScoreTable scores) {
    return scores.tracks().stream().map(Row::trackId).toList();
  }

  private static String shortened(String location) {
    String path = location.replaceAll("/+$", "");
    return path.substring(path.lastIndexOf('/') + 1);
  }

  private static Set<String> stems(ScoreTable scores) {
    return scores.medians().getOrDefault(EVALUATED, Map.of()).keySet();
  }

  private static Table medians(String stem, List<Contender> contenders) {
    return new Table(
        stem,
        contenders.stream()
            .filter(contender -> contender.median(stem) != null)
            .map(contender -> Line.of(contender.name, contender.median(stem)))
            .toList());
  }

  private static Distribution distribution(
      String name, Function<Measures, Double> measure, List<Contender> contenders) {
    List<Double> all =
        contenders.stream().flatMap(one -> one.values(VOCALS, measure).stream()).sorted().toList();
    if (all.isEmpty()) {
      return new Distribution(name, List.of(), List.of());
    }
    double low = Math.floor(all.get(0));
    Axis axis = new Axis(low, Math.max(low + 1, Math.ceil(all.get(all.size() - 1))));
    List<Dots> rows = new ArrayList<>();
    for (Contender contender : contenders) {
      Double median = measure.apply(contender.median(VOCALS));
      List<Double> dots = contender.values(VOCALS, measure).stream().map(axis::at).toList();
      rows.add(new Dots(contender.name, dots, isDrawn(median) ? axis.at(median) : null));
    }
    return new Distribution(name, axis.ticks(), rows);
  }

  private static boolean isDrawn(Double score) {
    return score != null && score <= ScoreTable.PERFECT;
  }

  /** The scores of the evaluated vocals. */
  static Measures vocals(Row row) {
    return row.scores().get(EVALUATED).get(VOCALS);
  }
}
