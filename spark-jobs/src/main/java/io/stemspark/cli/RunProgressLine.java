package io.stemspark.cli;

import io.stemspark.run.RunListener;
import io.stemspark.run.RunListener.Progress;
import java.io.PrintWriter;

/** Says how far a run over tracks is. */
final class RunProgressLine implements RunListener, AutoCloseable {
  private static final double MIN_FRACTION = 0.001;

  private final RunningLine line;
  private final String verb;
  private long start = System.nanoTime();
  private String report;

  /**
   * @param verb what is done, for example "separating"
   */
  RunProgressLine(PrintWriter out, String verb) {
    this.line = new RunningLine(out, RunningLine.isWatched());
    this.verb = verb;
  }

  @Override
  public void planned(long tracks, long bytes) {
    start = System.nanoTime();
  }

  @Override
  public void progressed(Progress progress) {
    double seconds = (System.nanoTime() - start) / 1e9;
    line.show(seconds, () -> describe(progress, seconds));
  }

  @Override
  public void reported(String page) {
    report = page;
  }

  private String describe(Progress progress, double seconds) {
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
    if (progress.fraction() > MIN_FRACTION) {
      double left = seconds * (1 / progress.fraction() - 1);
      text.append(", %s left".formatted(RunningLine.words(left)));
    }
    return text.toString();
  }

  /** Where the report's page lies; null if there is none. */
  String report() {
    return report;
  }

  @Override
  public void close() {
    line.clear();
  }
}
