package io.stemspark.cli;

import io.stemspark.jobs.ledger.Summary;
import java.io.PrintWriter;

/** Tells the user what came of a run over tracks. */
final class RunReport {
  private RunReport() {}

  /**
   * Prints a run's sums and every track that was not done.
   *
   * @param verb what was done, for example "separated"
   * @param startNanos {@link System#nanoTime} at the start, Spark's own start included
   * @return the exit code
   */
  static int print(PrintWriter out, Summary summary, String verb, long startNanos) {
    double seconds = (System.nanoTime() - startNanos) / 1e9;
    out.println(summary.describe(verb));
    out.printf(
        "%.1f s of audio in %.1f s: %.1f times real time%n",
        summary.audioSeconds(), seconds, summary.audioSeconds() / seconds);
    if (summary.networkShare() > 0) {
      out.printf("%.0f %% of the tasks' time in the network%n", 100 * summary.networkShare());
    }
    out.flush();
    return summary.failed() > 0 ? Stemspark.SOME_TRACKS_FAILED : Stemspark.DONE;
  }
}
