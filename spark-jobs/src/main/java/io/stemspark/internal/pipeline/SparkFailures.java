package io.stemspark.internal.pipeline;

import io.stemspark.run.InputException;
import io.stemspark.run.RunStopped;
import java.io.IOException;
import java.util.concurrent.Callable;
import org.apache.commons.io.function.IOSupplier;

/**
 * Reports failures of Spark jobs by the message of the task that failed, without Spark's own text
 * around it.
 */
public final class SparkFailures {
  private SparkFailures() {}

  /**
   * Runs Spark jobs that look at what the user named.
   *
   * @throws InputException when what the user named cannot be used
   * @throws IOException with the message of the first cause, when a job fails
   */
  public static <T> T explained(Callable<T> jobs) throws IOException {
    try {
      return jobs.call();
    } catch (Exception e) {
      throw explained(e);
    }
  }

  /**
   * The failure of Spark jobs that look at what the user named, in the words of its first cause.
   *
   * @throws InputException when what the user named cannot be used
   * @throws RunStopped when that is the failure
   */
  static IOException explained(Exception failure) {
    if (failure instanceof InputException || failure instanceof RunStopped) {
      throw (RuntimeException) failure;
    }
    Throwable cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    if (cause instanceof InputException) {
      throw new InputException(message(cause), failure);
    }
    return new IOException(message(cause), failure);
  }

  /**
   * Runs a computation whose own exceptions are passed on as they are. Where a Spark job fails, the
   * message of the task's failure replaces Spark's.
   *
   * @throws IOException with the task's message when a Spark job fails, or the computation's own
   */
  public static <T> T withTaskMessage(IOSupplier<T> computation) throws IOException {
    try {
      return computation.get();
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      // Spark's own exception is checked, but Scala does not declare it.
      throw new IOException(message(e.getCause() == null ? e : e.getCause()), e);
    }
  }

  private static String message(Throwable failure) {
    return failure.getMessage() == null ? failure.toString() : failure.getMessage();
  }
}
