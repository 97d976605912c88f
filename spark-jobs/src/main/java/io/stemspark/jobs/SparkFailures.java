package io.stemspark.jobs;

import java.io.IOException;
import java.util.concurrent.Callable;

/** Says what went wrong in a task, without Spark's account of where. */
final class SparkFailures {
  private SparkFailures() {}

  /**
   * Runs Spark jobs that look at what the user named.
   *
   * @throws InputException when that cannot be used
   * @throws IOException with the message of the first cause, when a job fails
   */
  static <T> T explained(Callable<T> jobs) throws IOException {
    return call(jobs, true);
  }

  /**
   * Runs Spark jobs that compute.
   *
   * @throws IOException with the message of the first cause, when a job fails
   */
  static <T> T unwrapped(Callable<T> jobs) throws IOException {
    return call(jobs, false);
  }

  private static <T> T call(Callable<T> jobs, boolean userMayErr) throws IOException {
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
      if (userMayErr && cause instanceof IllegalArgumentException) {
        throw new InputException(message, e);
      }
      throw new IOException(message, e);
    }
  }
}
