package io.stemspark.jobs;

import java.io.IOException;
import java.util.concurrent.Callable;

/** Says what went wrong in a task, without Spark's account of where. */
final class SparkFailures {
  private SparkFailures() {}

  /**
   * Runs Spark jobs.
   *
   * @throws InputException when what the user named cannot be used
   * @throws IOException with the message of the first cause, when a job fails
   */
  static <T> T explained(Callable<T> jobs) throws IOException {
    try {
      return jobs.call();
    } catch (InputException | RunStopped e) {
      throw e;
    } catch (Exception e) {
      Throwable cause = e;
      while (cause.getCause() != null) {
        cause = cause.getCause();
      }
      String message = cause.getMessage() == null ? cause.toString() : cause.getMessage();
      if (cause instanceof IllegalArgumentException) {
        throw new InputException(message, e);
      }
      throw new IOException(message, e);
    }
  }
}
