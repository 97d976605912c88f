package io.stemspark.internal.report;

import io.stemspark.internal.report.LineChart.Point;
import io.stemspark.internal.report.RunStatistics.Bucket;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The page of a run.
 *
 * @param report its figures, which also lie beside the page as JSON
 * @param throughput audio per time over the run; without curves for a run of a few seconds
 * @param listening tracks to listen to
 * @param moreFailures that the report leaves out
 */
public record RunPage(
    RunReport report, LineChart throughput, List<Listening> listening, long moreFailures) {
  private static final int POINTS = 120;

  /**
   * A track to listen to.
   *
   * @param title the track
   * @param sounds its mixture and stems
   */
  public record Listening(String title, List<Sound> sounds) {}

  static String render(RunReport report, List<Listening> listening) {
    long failures = report.tracks().failed() + report.tracks().skipped();
    return Page.render(
        "run.ftl",
        new RunPage(report, throughput(report), listening, failures - report.failures().size()));
  }

  private static LineChart throughput(RunReport report) {
    long start = Instant.parse(report.started()).toEpochMilli();
    long end = Math.max(start + 1, Instant.parse(report.finished()).toEpochMilli());
    double[] sums = new double[POINTS];
    for (Bucket bucket : report.timeline()) {
      long since = Math.max(0, bucket.time() - start);
      sums[(int) Math.min(POINTS - 1, since * POINTS / (end - start))] += bucket.audioSeconds();
    }
    double seconds = (end - start) / 1e3 / POINTS;
    List<Point> points = new ArrayList<>();
    for (int i = 0; i < POINTS && report.timeline().size() > 1; i++) {
      points.add(new Point((end - start) / 6e4 * i / (POINTS - 1), sums[i] / seconds));
    }
    return LineChart.of(
        "Audio per time. A track counts when it is done.",
        "min",
        Map.of("times real time", points));
  }
}
