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
