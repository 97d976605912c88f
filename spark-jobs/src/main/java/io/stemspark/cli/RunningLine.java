package io.stemspark.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.function.Supplier;

/** Says how far something is: on a terminal in a line that changes, in a log once a minute. */
final class RunningLine {
  private static final double SECONDS_BETWEEN_LINES = 60;
  private static final String CLEAR = "\r\u001b[K";

  /** A terminal's modes: what does not fit a line is left out, or goes on in the next. */
  private static final String CUT_LINES = "\u001b[?7l";

  private static final String WRAP_LINES = "\u001b[?7h";

  private final PrintWriter out;
  private final boolean terminal;
  private double printed;

  /**
   * @param terminal whether somebody watches
   */
  RunningLine(PrintWriter out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  /**
   * Whether somebody watches. The launcher knows, and says so; Java before 22 cannot tell reliably.
   */
  static boolean isWatched() {
    return Boolean.getBoolean("stemspark.terminal");
  }

  /**
   * Shows a line, if it is time for one.
   *
   * @param seconds since the start
   */
  void show(double seconds, Supplier<String> line) {
    if (terminal) {
      out.print(CLEAR + CUT_LINES + line.get() + WRAP_LINES);
      out.flush();
    } else if (seconds - printed > SECONDS_BETWEEN_LINES) {
      printed = seconds;
      out.println(line.get());
      out.flush();
    }
  }

  /** Makes room for other lines. */
  void clear() {
    if (terminal) {
      out.print(CLEAR);
      out.flush();
    }
  }

  /** What of a time people want to know. */
  static String words(double seconds) {
    Duration duration = Duration.ofSeconds(Math.round(seconds));
    return duration.toHours() > 0
        ? "%d h %02d min".formatted(duration.toHours(), duration.toMinutesPart())
        : duration.toMinutes() > 0
            ? "%d min".formatted(duration.toMinutes())
            : "%d s".formatted(duration.toSeconds());
  }
}
