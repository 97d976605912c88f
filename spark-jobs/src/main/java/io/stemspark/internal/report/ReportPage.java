package io.stemspark.internal.report;

import io.stemspark.internal.report.RunStatistics.Bucket;
import io.stemspark.internal.report.RunStatistics.Failure;
import io.stemspark.internal.report.RunStatistics.SlowTrack;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;

/** A report as one page of HTML that needs nothing else but the stems beside it. */
final class ReportPage {
  private static final int WIDTH = 860;
  private static final int HEIGHT = 180;
  private static final int POINTS = 120;

  private final RunReport report;
  private final List<Listening> listening;
  private final StringBuilder page = new StringBuilder();

  /**
   * A track to listen to.
   *
   * @param trackId the track
   * @param sounds its mixture and stems
   */
  record Listening(String trackId, List<Sound> sounds) {}

  private ReportPage(RunReport report, List<Listening> listening) {
    this.report = report;
    this.listening = listening;
  }

  static String render(RunReport report, List<Listening> listening) {
    return new ReportPage(report, listening).render();
  }

  private String render() {
    page.append(Html.head("Stemspark " + report.job() + " " + report.run()));
    page.append("<h1>%s</h1>%n".formatted(Html.escape("Stemspark " + report.job())));
    page.append(
        "<p class=\"facts\">%s to %s<br>run %s, Stemspark %s<br>%s to %s</p>%n"
            .formatted(
                Html.escape(report.input()),
                Html.escape(report.output()),
                Html.escape(report.run()),
                Html.escape(report.stemspark()),
                second(report.started()),
                second(report.finished())));
    addFigures();
    addThroughput();
    addListening();
    addFailures();
    addNotes("Journal", report.damaged());
    addNotes("In the corpus beside tracks", report.leftOut());
    addSlowest();
    return page.append("</body></html>\n").toString();
  }

  private void addNotes(String title, List<String> notes) {
    if (notes.isEmpty()) {
      return;
    }
    page.append("<h2>%s</h2>%n<ul>%n".formatted(Html.escape(title)));
    notes.forEach(note -> page.append("<li>%s</li>%n".formatted(Html.escape(note))));
    page.append("</ul>\n");
  }

  private static String second(String time) {
    return Instant.parse(time).truncatedTo(ChronoUnit.SECONDS).toString();
  }

  private void addFigures() {
    RunReport.Tracks tracks = report.tracks();
    page.append("<div class=\"figures\">");
    addFigure("", String.valueOf(tracks.done()), "tracks done");
    addFigure(tracks.failed() > 0 ? "bad" : "", String.valueOf(tracks.failed()), "failed");
    addFigure("", String.valueOf(tracks.skipped()), "skipped");
    addFigure("", String.valueOf(tracks.alreadyDone()), "done before");
    if (tracks.failedBefore() > 0) {
      addFigure("bad", String.valueOf(tracks.failedBefore()), "failed before, not tried again");
    }
    addFigure("", number(report.audioSeconds() / 3600), "hours of audio");
    addFigure("", number(report.wallSeconds() / 60), "minutes");
    addFigure("", number(report.timesRealTime()), "times real time");
    page.append("</div>\n");
  }

  private void addFigure(String kind, String figure, String name) {
    page.append("<div class=\"%s\"><b>%s</b>%s</div>%n".formatted(kind, figure, name));
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, value < 10 ? "%.2f" : "%.1f", value);
  }

  /** Audio per time as a line, from the first track's end to the last one's. */
  private void addThroughput() {
    if (report.timeline().size() < 2) {
      return;
    }
    long start = Instant.parse(report.started()).toEpochMilli();
    long end = Instant.parse(report.finished()).toEpochMilli();
    double[] sums = new double[POINTS];
    for (Bucket bucket : report.timeline()) {
      long since = Math.max(0, bucket.time() - start);
      sums[(int) Math.min(POINTS - 1, since * POINTS / Math.max(1, end - start))] +=
          bucket.audioSeconds();
    }
    double seconds = (end - start) / 1e3 / POINTS;
    double most = 0;
    for (double sum : sums) {
      most = Math.max(most, sum / seconds);
    }
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < POINTS; i++) {
      double x = (double) i * WIDTH / (POINTS - 1);
      double y = HEIGHT - (most > 0 ? sums[i] / seconds / most : 0) * (HEIGHT - 10);
      line.append(String.format(Locale.ROOT, "%.1f,%.1f ", x, y));
    }
    page.append(
        """
        <h2>Throughput</h2><figure><svg viewBox="0 0 %d %d" role="img">
        <polyline points="%s" fill="none" stroke="#2b6cb0" stroke-width="2"/></svg>
        <figcaption>Audio per time from start to end of the run; the top is %s times real time. A track
        counts when it is done.</figcaption></figure>
        """
            .formatted(WIDTH, HEIGHT + 2, line.toString().strip(), number(most)));
  }

  private void addListening() {
    if (!listening.isEmpty()) {
      page.append("<h2>A few tracks, taken by chance</h2>\n");
    }
    for (Listening track : listening) {
      page.append("<h3>%s</h3>%n".formatted(Html.escape(track.trackId())));
      track.sounds().forEach(sound -> page.append(sound.figure()));
    }
    if (!listening.isEmpty()) {
      page.append(Sound.LEGEND);
    }
  }

  private void addFailures() {
    if (report.failures().isEmpty()) {
      return;
    }
    page.append("<h2>Not done</h2><table><tr><th>track</th><th></th><th>reason</th></tr>\n");
    for (Failure failure : report.failures()) {
      page.append(
          "<tr><td>%s</td><td>%s</td><td>%s</td></tr>%n"
              .formatted(
                  Html.escape(failure.trackId()),
                  failure.status().name().toLowerCase(Locale.ROOT),
                  Html.escape(failure.reason())));
    }
    page.append("</table>\n");
    long all = report.tracks().failed() + report.tracks().skipped();
    if (all > report.failures().size()) {
      page.append("<p>and %d more</p>%n".formatted(all - report.failures().size()));
    }
  }

  private void addSlowest() {
    if (report.slowest().isEmpty()) {
      return;
    }
    page.append(
        "<h2>Slowest tracks</h2><table><tr><th>track</th><th class=\"n\">audio, s</th>"
            + "<th class=\"n\">task, s</th></tr>\n");
    for (SlowTrack track : report.slowest()) {
      page.append(
          "<tr><td>%s</td><td class=\"n\">%s</td><td class=\"n\">%s</td></tr>%n"
              .formatted(
                  Html.escape(track.trackId()),
                  number(track.audioSeconds()),
                  number(track.wallSeconds())));
    }
    page.append("</table>\n");
  }
}
