package io.stemspark.internal.report;

import io.stemspark.internal.report.ReportPage.Listening;
import io.stemspark.internal.scores.Measures;
import io.stemspark.internal.scores.ScoreFile;
import io.stemspark.internal.scores.ScoreTable;
import io.stemspark.internal.scores.ScoreTable.Row;
import io.stemspark.metrics.Estimator;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/** An evaluation as one page of HTML that needs nothing else but the stems beside it. */
final class ScorePage {
  private static final String EVALUATED = Estimator.EVALUATED.words();
  private static final String VOCALS = ScoreFile.STEMS.get(0);
  private static final int MAX_TRACKS = 1000;
  private static final int WIDTH = 860;
  private static final int LABEL = 190;
  private static final int ROW = 26;

  private static final Map<String, Function<Measures, Double>> MEASURES = new LinkedHashMap<>();

  static {
    MEASURES.put("SDR", Measures::sdr);
    MEASURES.put("ISR", Measures::isr);
    MEASURES.put("SIR", Measures::sir);
    MEASURES.put("SAR", Measures::sar);
    MEASURES.put("track SDR", Measures::trackSdr);
    MEASURES.put("SI-SDR", Measures::siSdr);
  }

  private final ScoreTable scores;
  private final List<Contender> contenders = new ArrayList<>();
  private final StringBuilder page = new StringBuilder();

  /** A line of the tables: an estimator of this evaluation or of another. */
  private record Contender(String name, ScoreTable table, String estimator) {
    Measures median(String stem) {
      return table.medians().get(estimator).get(stem);
    }

    List<Double> values(String stem, Function<Measures, Double> measure) {
      return table.tracks().stream()
          .map(row -> row.scores().get(estimator))
          .filter(Objects::nonNull)
          .map(stems -> measure.apply(stems.get(stem)))
          .filter(Objects::nonNull)
          .filter(value -> value <= ScoreTable.PERFECT)
          .toList();
    }
  }

  private ScorePage(ScoreTable scores, List<ScoreTable> others) {
    this.scores = scores;
    if (scores.medians().containsKey(EVALUATED)) {
      contenders.add(new Contender(shortened(scores.estimates()), scores, EVALUATED));
    }
    for (ScoreTable other : others) {
      if (other.medians().containsKey(EVALUATED)) {
        contenders.add(new Contender(name(other), other, EVALUATED));
      }
    }
    for (String estimator : scores.medians().keySet()) {
      if (!estimator.equals(EVALUATED)) {
        contenders.add(new Contender(estimator, scores, estimator));
      }
    }
  }

  /** The scores of the vocals that were to be evaluated. */
  static Measures vocals(Row row) {
    return row.scores().get(EVALUATED).get(VOCALS);
  }

  /** An evaluation of other tracks is not to be taken for one of the same. */
  private String name(ScoreTable other) {
    String name = shortened(other.estimates());
    boolean same =
        other.tracks().stream()
            .map(Row::trackId)
            .toList()
            .equals(scores.tracks().stream().map(Row::trackId).toList());
    return same
        ? name
        : "%s (%d others of %s)"
            .formatted(name, other.tracks().size(), shortened(other.references()));
  }

  private static String shortened(String location) {
    String path = location.replaceAll("/+$", "");
    return path.substring(path.lastIndexOf('/') + 1);
  }

  static String render(
      ScoreTable scores, List<ScoreTable> others, List<Listening> worst, List<Listening> best) {
    return new ScorePage(scores, others).render(worst, best);
  }

  private String render(List<Listening> worst, List<Listening> best) {
    page.append(Html.head("Stemspark evaluate " + scores.estimates()));
    page.append("<h1>Stemspark evaluate</h1>\n");
    page.append(
        "<p class=\"facts\">%s against %s<br>%d tracks, %s, Stemspark %s</p>%n"
            .formatted(
                Html.escape(scores.estimates()),
                Html.escape(scores.references()),
                scores.tracks().size(),
                Html.escape(scores.created()),
                Html.escape(scores.stemspark())));
    for (String stem : ScoreFile.STEMS) {
      addMedians(stem);
    }
    page.append(
        "<p class=\"facts\">dB; medians over tracks of medians over seconds (BSS Eval v4). Track SDR"
            + " and SI-SDR are of whole tracks. The mixture is the floor; the ideal masks know the"
            + " references.</p>\n");
    page.append("<h2>Distribution over tracks, vocals</h2>\n");
    MEASURES.forEach(this::addDistribution);
    addListening("Worst", worst);
    addListening("Best", best);
    addTracks();
    return page.append("</body></html>\n").toString();
  }

  private void addMedians(String stem) {
    page.append("<h2>%s</h2><table><tr><th></th>".formatted(stem));
    MEASURES.keySet().forEach(name -> page.append("<th class=\"n\">%s</th>".formatted(name)));
    page.append("</tr>\n");
    for (Contender contender : contenders) {
      page.append("<tr><td>%s</td>".formatted(Html.escape(contender.name)));
      addCells(contender.median(stem));
      page.append("</tr>\n");
    }
    page.append("</table>\n");
  }

  private void addCells(Measures measures) {
    MEASURES
        .values()
        .forEach(
            measure ->
                page.append(
                    "<td class=\"n\">%s</td>"
                        .formatted(ScoreTable.decibels(measure.apply(measures)))));
  }

  /** A dot for each track, and a stroke for the median. */
  private void addDistribution(String name, Function<Measures, Double> measure) {
    double least = Double.POSITIVE_INFINITY;
    double most = Double.NEGATIVE_INFINITY;
    for (Contender contender : contenders) {
      for (double value : contender.values(VOCALS, measure)) {
        least = Math.min(least, value);
        most = Math.max(most, value);
      }
    }
    if (least > most) {
      return;
    }
    double low = Math.floor(least);
    double high = Math.max(low + 1, Math.ceil(most));
    StringBuilder dots = new StringBuilder();
    for (int i = 0; i < contenders.size(); i++) {
      Contender contender = contenders.get(i);
      int y = ROW * i + ROW / 2;
      dots.append(
          "<text x=\"0\" y=\"%d\" font-size=\"13\">%s</text>"
              .formatted(y + 5, Html.escape(contender.name)));
      for (double value : contender.values(VOCALS, measure)) {
        dots.append(
            "<circle cx=\"%s\" cy=\"%d\" r=\"4\" fill=\"#2b6cb0\" fill-opacity=\".35\"/>"
                .formatted(x(value, low, high), y));
      }
      Double median = measure.apply(contender.median(VOCALS));
      if (median != null && median <= ScoreTable.PERFECT) {
        dots.append(
            "<rect x=\"%s\" y=\"%d\" width=\"2\" height=\"%d\" fill=\"#b3261e\"/>"
                .formatted(x(median, low, high), y - 10, 20));
      }
      dots.append('\n');
    }
    page.append(
        """
        <figure><figcaption>%s, from %.0f to %.0f dB</figcaption><svg viewBox="0 0 %d %d" role="img">
        %s</svg></figure>
        """
            .formatted(name, low, high, WIDTH, ROW * contenders.size(), dots));
  }

  private static String x(double value, double low, double high) {
    double width = WIDTH - LABEL - 10;
    return String.format(Locale.ROOT, "%.1f", LABEL + (value - low) / (high - low) * width);
  }

  private void addListening(String title, List<Listening> listening) {
    if (listening.isEmpty()) {
      return;
    }
    page.append("<h2>%s</h2>%n".formatted(title));
    for (Listening track : listening) {
      page.append("<h3>%s</h3>%n".formatted(Html.escape(track.trackId())));
      track.sounds().forEach(sound -> page.append(sound.figure()));
    }
    page.append(Sound.LEGEND);
  }

  private void addTracks() {
    page.append("<h2>Tracks, vocals</h2><table><tr><th></th>");
    MEASURES.keySet().forEach(name -> page.append("<th class=\"n\">%s</th>".formatted(name)));
    page.append("</tr>\n");
    scores.tracks().stream()
        .limit(MAX_TRACKS)
        .forEach(
            row -> {
              page.append("<tr><td>%s</td>".formatted(Html.escape(row.trackId())));
              addCells(vocals(row));
              page.append("</tr>\n");
            });
    page.append("</table>\n");
    if (scores.tracks().size() > MAX_TRACKS) {
      page.append(
          "<p>and %d more, in scores.csv</p>%n".formatted(scores.tracks().size() - MAX_TRACKS));
    }
  }
}
