package io.stemspark.internal.torch;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * Makes an ending process wait for libtorch's passes and start no others. On exit, C++ destroys
 * what they compute with, and the process would crash instead of ending with its own exit code.
 */
final class TorchExit {
  /**
   * A pass of a large network may take longer, but nobody would wait for it. Such a process may end
   * with the exit code of a crash.
   */
  private static final int MAX_SECONDS = 20;

  private static final ReentrantReadWriteLock LOCK = new ReentrantReadWriteLock(true);

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(TorchExit::awaitPasses, "libtorch-exit"));
  }

  private TorchExit() {}

  /** Computes a pass. */
  static void pass(Runnable work) {
    LOCK.readLock().lock();
    try {
      work.run();
    } finally {
      LOCK.readLock().unlock();
    }
  }

  private static void awaitPasses() {
    try {
      if (!LOCK.writeLock().tryLock(MAX_SECONDS, TimeUnit.SECONDS)) {
        System.err.println(
            "stemspark: libtorch is still computing, so this process may crash as it ends.");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
