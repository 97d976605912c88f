package io.stemspark.internal.storage;

import io.stemspark.internal.process.DaemonThreads;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;

/**
 * Looks things up in storage ahead of time, while earlier results are being used. Results keep
 * their order. A request to an object store takes a hundredth of a second; one after the other, a
 * million take hours.
 */
public final class LookAhead<T, R> implements Iterator<R> {
  private static final int AT_A_TIME = 64;

  private static final ExecutorService THREADS =
      Executors.newFixedThreadPool(AT_A_TIME, DaemonThreads.named("stemspark-look-ahead"));

  private final Iterator<T> source;
  private final Function<T, R> lookUp;
  private final Deque<Future<R>> ahead = new ArrayDeque<>();

  /**
   * @param source is read by the thread that reads this iterator
   * @param lookUp is called by other threads
   */
  public LookAhead(Iterator<T> source, Function<T, R> lookUp) {
    this.source = source;
    this.lookUp = lookUp;
  }

  @Override
  public boolean hasNext() {
    while (ahead.size() < AT_A_TIME && source.hasNext()) {
      T item = source.next();
      ahead.add(THREADS.submit(() -> lookUp.apply(item)));
    }
    return !ahead.isEmpty();
  }

  @Override
  public R next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    try {
      return ahead.remove().get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while looking something up in storage.", e);
    }
  }
}
