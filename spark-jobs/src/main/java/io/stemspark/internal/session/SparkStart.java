package io.stemspark.internal.session;

import io.stemspark.internal.process.DaemonThreads;
import io.stemspark.internal.process.Outcome;
import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.apache.spark.api.java.JavaSparkContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One start of Spark, which may go on beside the checks of a run. Not safe for several threads. */
public final class SparkStart implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SparkStart.class);

  private final FutureTask<JavaSparkContext> start;
  private boolean begun;

  /** Starts nothing yet. */
  public SparkStart(SparkSettings settings) {
    this.start = new FutureTask<>(settings::start);
  }

  /** Begins to start in the background. */
  public void begin() {
    begun = true;
    DaemonThreads.named("stemspark-spark-start").newThread(start).start();
  }

  /**
   * Spark, as soon as it has started.
   *
   * @throws IOException when it cannot start
   */
  public JavaSparkContext context() throws IOException {
    begun = true;
    start.run(); // Does nothing if another thread has begun.
    return Outcome.of(start);
  }

  /** Stops Spark, if it has started or is about to; also when this thread is interrupted. */
  @Override
  public void close() {
    if (!begun) {
      return;
    }
    begun = false;
    boolean interrupted = Thread.interrupted();
    while (true) {
      try {
        start.get().close();
        break;
      } catch (ExecutionException e) {
        LOG.debug("Spark did not start.", e); // Whoever asked for it was told.
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
