package io.stemspark.cli;

import io.stemspark.jobs.Progress;
import io.stemspark.jobs.RunListener;
import io.stemspark.jobs.plan.PlanSummary;
import java.io.PrintWriter;
import java.time.Duration;

/** Says how far a run is: on a terminal in a line that changes, in a log once a minute. */
final class RunProgressLine implements RunListener, AutoCloseable {
  private static final long LOG_PERIOD_NANOS = 60_000_000_000L;
  private static final double LEAST_FRACTION = 0.001;

  private final PrintWriter out;
  private final String verb;
  private final boolean terminal = Terminal.isWatched();
  private long start = System.nanoTime();
  private long lastLog = start;
  private String report;

  /**
   * @param verb what is done, for example "separating"
   */
  RunProgressLine(PrintWriter out, String verb) {
    this.out = out;
    this.verb = verb;
  }

  @Override
  public void planned(PlanSummary plan) {
    start = System.nanoTime();
    lastLog = start;
  }

  @Override
  public void progressed(Progress progress) {
    long now = System.nanoTime();
    if (terminal) {
      out.print("\r\u001b[K" + line(progress, now));
      out.flush();
    } else if (now - lastLog > LOG_PERIOD_NANOS) {
      lastLog = now;
      out.println(line(progress, now));
      out.flush();
    }
  }

  @Override
  public void reported(String page) {
    report = page;
  }

  private String line(Progress progress, long now) {
    double seconds = (now - start) / 1e9;
    StringBuilder text = new StringBuilder();
    text.append(
        "%s: %d of %d tracks, %.1f h of audio, %.1f times real time"
            .formatted(
                verb,
                progress.processed(),
                progress.tracks(),
                progress.audioSeconds() / 3600,
                progress.audioSeconds() / seconds));
    if (progress.failed() > 0) {
      text.append(", %d failed".formatted(progress.failed()));
    }
    if (progress.fraction() > LEAST_FRACTION) {
      double left = seconds * (1 / progress.fraction() - 1);
      text.append(", " + words(Duration.ofSeconds(Math.round(left))) + " left");
    }
    return text.toString();
  }

  private static String words(Duration duration) {
    return duration.toHours() > 0
        ? "%d h %02d min".formatted(duration.toHours(), duration.toMinutesPart())
        : duration.toMinutes() > 0
            ? "%d min".formatted(duration.toMinutes())
            : "%d s".formatted(duration.toSeconds());
  }

  /** Where the report's page lies; null if there is none. */
  String report() {
    return report;
  }

  @Override
  public void close() {
    if (terminal) {
      out.print("\r\u001b[K");
      out.flush();
    }
  }
}
