package io.stemspark.jobs.report;

import io.stemspark.jobs.report.RunStatistics.Bucket;
import io.stemspark.jobs.report.RunStatistics.Failure;
import io.stemspark.jobs.report.RunStatistics.SlowTrack;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import java.util.Locale;

/** A report as one page of HTML that needs nothing else but the stems beside it. */
final class ReportPage {
  private static final int WIDTH = 860;
  private static final int HEIGHT = 180;
  private static final int POINTS = 120;

  private static final String HEAD =
      """
      <!DOCTYPE html>
      <html lang="en"><head><meta charset="utf-8"><title>%s</title><style>
      body { font: 15px/1.5 system-ui, sans-serif; max-width: 900px; margin: 2em auto; padding: 0 1em;
             color: #222; }
      h1 { font-size: 1.4em; margin-bottom: 0; } h2 { font-size: 1.1em; margin-top: 2em; }
      .facts { color: #666; margin-top: 0; overflow-wrap: anywhere; }
      .figures { display: flex; flex-wrap: wrap; gap: 1em 2.5em; }
      .figures b { display: block; font-size: 1.5em; } .bad b { color: #b3261e; }
      table { border-collapse: collapse; width: 100%%; }
      td, th { text-align: left; padding: .25em .8em .25em 0; border-bottom: 1px solid #ddd;
               overflow-wrap: anywhere; vertical-align: top; }
      td.n, th.n { text-align: right; white-space: nowrap; }
      figure { margin: .6em 0; } figcaption { color: #666; }
      img { width: 100%%; height: 110px; image-rendering: auto; display: block; background: #000; }
      audio { width: 100%%; height: 2.2em; } svg { width: 100%%; height: auto; }
      </style></head><body>
      """;

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

  /**
   * Audio with a picture.
   *
   * @param name "mixture" or the stem's name
   * @param link where it lies, seen from the page
   * @param picture its spectrogram as PNG, in Base64
   */
  record Sound(String name, String link, String picture) {
    static Sound of(String name, String link, byte[] png) {
      return new Sound(name, link, Base64.getEncoder().encodeToString(png));
    }
  }

  private ReportPage(RunReport report, List<Listening> listening) {
    this.report = report;
    this.listening = listening;
  }

  static String render(RunReport report, List<Listening> listening) {
    return new ReportPage(report, listening).render();
  }

  private String render() {
    page.append(HEAD.formatted(escape("Stemspark " + report.job() + " " + report.run())));
    page.append("<h1>%s</h1>%n".formatted(escape("Stemspark " + report.job())));
    page.append(
        "<p class=\"facts\">%s to %s<br>run %s, Stemspark %s<br>%s to %s</p>%n"
            .formatted(
                escape(report.input()),
                escape(report.output()),
                escape(report.run()),
                escape(report.stemspark()),
                second(report.started()),
                second(report.finished())));
    addFigures();
    addThroughput();
    addListening();
    addFailures();
    addSlowest();
    return page.append("</body></html>\n").toString();
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
      page.append("<h3>%s</h3>%n".formatted(escape(track.trackId())));
      for (Sound sound : track.sounds()) {
        page.append(
            """
            <figure><figcaption>%s</figcaption><img alt="spectrogram" src="data:image/png;base64,%s">
            %s</figure>
            """
                .formatted(escape(sound.name()), sound.picture(), player(sound.link())));
      }
    }
    if (!listening.isEmpty()) {
      page.append(
          "<p class=\"facts\">Spectrograms of the first minute; bright is loud, 80 dB from white to"
              + " black; the top is half the sample rate.</p>\n");
    }
  }

  /** A browser does not reach into object storage. */
  private static String player(String link) {
    return link.startsWith("..") || link.startsWith("file:")
        ? "<audio controls preload=\"none\" src=\"%s\"></audio>".formatted(escape(link))
        : "";
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
                  escape(failure.trackId()),
                  failure.status().name().toLowerCase(Locale.ROOT),
                  escape(failure.reason())));
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
                  escape(track.trackId()),
                  number(track.audioSeconds()),
                  number(track.wallSeconds())));
    }
    page.append("</table>\n");
  }

  /** Ids and reasons come from outside. */
  private static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }
}
