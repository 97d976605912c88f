package io.stemspark.internal.storage;

import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.hadoop.util.functional.CallableRaisingIOE;
import org.apache.hadoop.util.functional.InvocationRaisingIOE;

/**
 * Tries again what a broken connection has stopped. S3A does so itself, but not where an answer
 * breaks off before its XML or in the middle of it. That may happen to a listing, and many calls
 * make one.
 */
public final class Retries {
  private static final int ATTEMPTS = 5;
  private static final long FIRST_PAUSE_MILLIS = 200;

  /** Exceptions of S3A's HTTP client for answers that end early; it is not one of our libraries. */
  private static final Set<String> HTTP_CLIENT =
      Set.of("ConnectionClosedException", "TruncatedChunkException", "NoHttpResponseException");

  private static final String S3A = "org.apache.hadoop.fs.s3a.";

  private Retries() {}

  /**
   * Runs an operation, and again while connections break, a few times with growing pauses.
   *
   * @throws IOException of the last attempt, or one that has nothing to do with the connection
   */
  public static <T> T call(CallableRaisingIOE<T> operation) throws IOException {
    long pause = FIRST_PAUSE_MILLIS;
    for (int attempt = 1; ; attempt++) {
      try {
        return operation.apply();
      } catch (IOException | UncheckedIOException | NullPointerException e) {
        if (attempt == ATTEMPTS || !isBrokenConnection(e)) {
          throw e;
        }
      }
      sleep(pause);
      pause *= 2;
    }
  }

  /** The same for an operation without a result. */
  public static void run(InvocationRaisingIOE action) throws IOException {
    call(
        () -> {
          action.apply();
          return null;
        });
  }

  private static boolean isBrokenConnection(Throwable failure) {
    return Stream.iterate(failure, Objects::nonNull, Throwable::getCause)
        .anyMatch(
            cause ->
                cause instanceof SocketException
                    || cause instanceof SocketTimeoutException
                    || cause instanceof EOFException
                    || HTTP_CLIENT.contains(cause.getClass().getSimpleName())
                    || isEmptyAnswer(cause));
  }

  /** S3A reads fields that are missing when an answer ends before its XML begins. */
  private static boolean isEmptyAnswer(Throwable failure) {
    StackTraceElement[] trace = failure.getStackTrace();
    return failure instanceof NullPointerException
        && trace.length > 0
        && trace[0].getClassName().startsWith(S3A);
  }

  private static void sleep(long millis) throws InterruptedIOException {
    try {
      TimeUnit.MILLISECONDS.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("Interrupted while storage did not answer.");
    }
  }
}
