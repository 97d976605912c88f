package io.stemspark.internal.process;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

/** What comes of work on another thread, as if the caller had done it. */
public final class Outcome {
  private Outcome() {}

  /**
   * Waits for the work.
   *
   * @throws IOException as the work did, or when this thread is interrupted; unchecked exceptions
   *     and errors of the work are thrown too
   */
  public static <T> T of(Future<T> work) throws IOException {
    try {
      return work.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("The thread was interrupted while it waited.");
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      if (cause instanceof RuntimeException unchecked) {
        throw unchecked;
      }
      if (cause instanceof Error error) {
        throw error;
      }
      throw cause instanceof IOException failure
          ? failure
          : new IOException(cause.getMessage(), cause);
    }
  }
}
