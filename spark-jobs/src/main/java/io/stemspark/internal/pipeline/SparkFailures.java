package io.stemspark.internal.pipeline;

import io.stemspark.run.InputException;
import io.stemspark.run.RunStopped;
import java.io.IOException;
import java.util.concurrent.Callable;

/** Says what went wrong in a task, without Spark's account of where. */
public final class SparkFailures {
  private SparkFailures() {}

  /**
   * Runs Spark jobs that look at what the user named.
   *
   * @throws InputException when that cannot be used
   * @throws IOException with the message of the first cause, when a job fails
   */
  public static <T> T explained(Callable<T> jobs) throws IOException {
    try {
      return jobs.call();
    } catch (InputException | RunStopped e) {
      throw e;
    } catch (Exception e) {
      Throwable cause = e;
      while (cause.getCause() != null) {
        cause = cause.getCause();
      }
      if (cause instanceof InputException) {
        throw new InputException(message(cause), e);
      }
      throw new IOException(message(cause), e);
    }
  }

  /** Something that may run Spark jobs. */
  @FunctionalInterface
  public interface Computation<T> {
    T run() throws IOException;
  }

  /**
   * Runs what has words of its own for its failures.
   *
   * @throws IOException with the message that a task failed with, when one did; or its own
   */
  public static <T> T unwrapped(Computation<T> computation) throws IOException {
    try {
      return computation.run();
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      // Spark's own exception is a checked one, which Scala does not declare.
      throw new IOException(message(e.getCause() == null ? e : e.getCause()), e);
    }
  }

  private static String message(Throwable failure) {
    return failure.getMessage() == null ? failure.toString() : failure.getMessage();
  }
}
