package io.stemspark.cli;

import java.io.PrintStream;
import java.util.Arrays;
import java.util.concurrent.RejectedExecutionException;
import java.util.regex.Pattern;

/**
 * Standard error without the traces of Scala's futures that come too late. When Spark stops while
 * tasks run, what they still have to say finds its threads told to end, and Scala prints that as an
 * error.
 */
final class EndingErrors extends PrintStream {
  /** How a pool that has been shut down describes itself. */
  private static final Pattern ENDING = Pattern.compile("\\[(Shutting down|Terminated)");

  private static final String REPORTER = "scala.concurrent.impl.ExecutionContextImpl";

  private final ThreadLocal<Boolean> dropping = ThreadLocal.withInitial(() -> false);

  EndingErrors(PrintStream errors) {
    super(errors, true);
  }

  /** {@link Throwable#printStackTrace} prints the throwable and then its lines, all by this. */
  @Override
  public void println(Object line) {
    boolean drop = line instanceof RejectedExecutionException late ? isLate(late) : isMore(line);
    dropping.set(drop);
    if (!drop) {
      super.println(line);
    }
  }

  private static boolean isLate(RejectedExecutionException rejected) {
    return ENDING.matcher(String.valueOf(rejected.getMessage())).find()
        && Arrays.stream(rejected.getStackTrace())
            .anyMatch(frame -> frame.getClassName().equals(REPORTER));
  }

  private boolean isMore(Object line) {
    return dropping.get() && line instanceof String text && text.startsWith("\tat ");
  }
}
