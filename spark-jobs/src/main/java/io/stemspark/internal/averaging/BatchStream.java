package io.stemspark.internal.averaging;

import io.stemspark.internal.training.BatchKey;
import io.stemspark.internal.training.BatchLoader;
import java.io.IOException;
import java.util.Iterator;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import org.apache.spark.TaskContext;
import org.apache.spark.util.LongAccumulator;
import org.apache.spark.util.TaskCompletionListener;
import org.apache.spark.util.ThreadUtils;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/** The batches of one worker in one round. While one is trained on, a thread makes the next. */
final class BatchStream<K extends BatchKey> implements Iterator<MultiDataSet> {
  private final Iterator<K> keys;
  private final BatchLoader<K> loader;
  private final LongAccumulator waitingNanos;
  private final ExecutorService thread = ThreadUtils.newDaemonSingleThreadExecutor("batches");
  private Future<MultiDataSet> next;

  /**
   * @param waitingNanos counts the time in which the caller has nothing to do but wait
   */
  BatchStream(Iterator<K> keys, BatchLoader<K> loader, LongAccumulator waitingNanos) {
    this.keys = keys;
    this.loader = loader;
    this.waitingNanos = waitingNanos;
    TaskCompletionListener end = context -> thread.shutdownNow();
    TaskContext.get().addTaskCompletionListener(end);
    prepare();
  }

  private void prepare() {
    K key = keys.hasNext() ? keys.next() : null;
    next = key == null ? null : thread.submit(() -> loader.load(key));
  }

  @Override
  public boolean hasNext() {
    return next != null;
  }

  @Override
  public MultiDataSet next() {
    long start = System.nanoTime();
    MultiDataSet batch = await();
    prepare();
    waitingNanos.add(System.nanoTime() - start);
    return batch;
  }

  private MultiDataSet await() {
    try {
      return next.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("The reading of a batch was interrupted.", e);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      throw new IllegalStateException(
          cause instanceof IOException ? cause.getMessage() : cause.toString(), cause);
    }
  }
}
