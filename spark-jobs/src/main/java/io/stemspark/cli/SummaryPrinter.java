package io.stemspark.cli;

import io.stemspark.internal.journal.RunTotals;
import io.stemspark.internal.text.SafeText;
import io.stemspark.separation.StageTimes;
import java.io.PrintWriter;
import java.time.Duration;

/** Tells the user what came of a run over tracks. */
final class SummaryPrinter {
  private SummaryPrinter() {}

  /**
   * Prints a run's sums and every track that was not done.
   *
   * @param verb what was done, for example "separated"
   * @param startNanos {@link System#nanoTime} at the start, before all checks and Spark's own start
   * @param report where the report's page lies; null if there is none
   * @return the exit code
   */
  static int print(
      PrintWriter out, RunTotals summary, String verb, long startNanos, String report) {
    double seconds = (System.nanoTime() - startNanos) / 1e9;
    out.println(summary.describe(verb));
    if (summary.audioSeconds() > 0) {
      printTimes(out, summary, seconds);
    }
    if (report != null) {
      out.println("report: " + SafeText.line(report));
    }
    out.flush();
    return summary.failed() + summary.failedBefore() > 0 ? Main.SOME_TRACKS_FAILED : Main.DONE;
  }

  private static void printTimes(PrintWriter out, RunTotals summary, double seconds) {
    out.printf(
        "%.1f s of audio in %.1f s: %.1f times real time%n",
        summary.audioSeconds(), seconds, summary.audioSeconds() / seconds);
    StageTimes times = summary.times();
    if (!times.network().isZero()) {
      out.printf(
          "%.1f s in tasks. One thread: network %.1f s. Beside it: decoding %.1f s, transforms"
              + " %.1f s, masks %.1f s, encoding %.1f s, storing %.1f s, waiting for the network"
              + " %.1f s%n",
          summary.wallSeconds(),
          seconds(times.network()),
          seconds(times.decoding()),
          seconds(times.transforming()),
          seconds(times.masking()),
          seconds(times.encoding()),
          seconds(times.storing()),
          seconds(times.waiting()));
    }
  }

  private static double seconds(Duration duration) {
    return duration.toNanos() / 1e9;
  }
}
