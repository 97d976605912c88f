package io.stemspark.internal.session;

import io.stemspark.internal.process.DaemonThreads;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.apache.spark.api.java.JavaSparkContext;

/** One start of Spark, which may go on beside the checks of a run. Not safe for several threads. */
public final class SparkStart implements AutoCloseable {
  private final FutureTask<JavaSparkContext> start;
  private boolean begun;

  /** Starts nothing yet. */
  public SparkStart(SparkSettings settings) {
    this.start = new FutureTask<>(settings::start);
  }

  /** Begins to start in the background. */
  public void begin() {
    begun = true;
    DaemonThreads.named("stemspark-start").newThread(start).start();
  }

  /**
   * Spark, as soon as it has started.
   *
   * @throws IOException when it cannot start
   */
  public JavaSparkContext context() throws IOException {
    begun = true;
    start.run(); // Does nothing if another thread has begun.
    try {
      return await();
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      if (cause instanceof RuntimeException unchecked) {
        throw unchecked;
      }
      if (cause instanceof Error error) {
        throw error;
      }
      throw new IOException(cause.getMessage(), cause);
    }
  }

  private JavaSparkContext await() throws ExecutionException, InterruptedIOException {
    try {
      return start.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("The start of Spark was interrupted.");
    }
  }

  /** Stops Spark, if it has started or is about to. */
  @Override
  public void close() throws InterruptedIOException {
    if (!begun) {
      return;
    }
    begun = false;
    try {
      await().close();
    } catch (ExecutionException e) {
      // What did not start has nothing to stop; whoever asked for it was told.
      return;
    }
  }
}
