package io.stemspark.internal.executor;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

/** A thread that looks for what nobody uses any more, and keeps no process alive. */
final class IdleClock {
  private IdleClock() {}

  static ScheduledExecutorService named(String name) {
    return Executors.newSingleThreadScheduledExecutor(
        task -> {
          Thread thread = new Thread(task, name);
          thread.setDaemon(true);
          return thread;
        });
  }
}
