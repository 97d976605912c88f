package io.stemspark.cli;

import java.io.PrintStream;
import java.util.Arrays;
import java.util.concurrent.RejectedExecutionException;

/**
 * Standard error without the traces of Scala's futures that come too late. When Spark stops while
 * tasks run, what they still have to say finds its threads gone, and Scala prints that as an error.
 */
final class EndingErrors extends PrintStream {
  private static final String REPORTER = "scala.concurrent.impl.ExecutionContextImpl";

  private boolean dropping;

  EndingErrors(PrintStream errors) {
    super(errors, true);
  }

  /** {@link Throwable#printStackTrace} prints the throwable and then its lines, all by this. */
  @Override
  public void println(Object line) {
    dropping =
        line instanceof RejectedExecutionException rejected ? isLate(rejected) : isMore(line);
    if (!dropping) {
      super.println(line);
    }
  }

  private static boolean isLate(RejectedExecutionException rejected) {
    return Arrays.stream(rejected.getStackTrace())
        .anyMatch(frame -> frame.getClassName().equals(REPORTER));
  }

  private boolean isMore(Object line) {
    return dropping && line instanceof String text && text.startsWith("\tat ");
  }
}
