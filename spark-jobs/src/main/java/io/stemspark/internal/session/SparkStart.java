package io.stemspark.internal.session;

import io.stemspark.internal.process.DaemonThreads;
import java.io.InterruptedIOException;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.apache.spark.api.java.JavaSparkContext;

/** One start of Spark, which may go on beside the checks of a run. Not safe for several threads. */
public final class SparkStart implements AutoCloseable {
  private final SparkSettings settings;
  private Optional<FutureTask<JavaSparkContext>> ahead = Optional.empty();
  private Optional<JavaSparkContext> started = Optional.empty();

  /** Starts nothing yet. */
  public SparkStart(SparkSettings settings) {
    this.settings = settings;
  }

  /** Begins to start in the background. */
  public void begin() {
    FutureTask<JavaSparkContext> task = new FutureTask<>(settings::start);
    ahead = Optional.of(task);
    DaemonThreads.named("stemspark-start").newThread(task).start();
  }

  /** Spark, as soon as it has started. */
  public JavaSparkContext context() throws InterruptedIOException {
    Optional<JavaSparkContext> early = awaited();
    // A start that failed is tried again here, where its failure is reported.
    JavaSparkContext context = early.isPresent() ? early.get() : settings.start();
    started = Optional.of(context);
    return context;
  }

  private Optional<JavaSparkContext> awaited() throws InterruptedIOException {
    if (ahead.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(ahead.get().get());
    } catch (ExecutionException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while Spark started");
    } finally {
      ahead = Optional.empty();
    }
  }

  /** Stops Spark, if it has started or is about to. */
  @Override
  public void close() throws InterruptedIOException {
    Optional<JavaSparkContext> running = started.isPresent() ? started : awaited();
    started = Optional.empty();
    running.ifPresent(JavaSparkContext::close);
  }
}
