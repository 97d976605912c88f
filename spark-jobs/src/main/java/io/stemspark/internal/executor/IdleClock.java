package io.stemspark.internal.executor;

import io.stemspark.internal.process.DaemonThreads;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Closes what nobody has used for a while. */
public final class IdleClock {
  private static final Logger LOG = LoggerFactory.getLogger(IdleClock.class);

  private IdleClock() {}

  /**
   * Looks once a minute, as long as the process lives.
   *
   * @param what the name of those that are closed
   */
  // Nobody waits for its end.
  @SuppressWarnings("FutureReturnValueIgnored")
  public static void everyMinute(String what, Runnable closing) {
    Executors.newSingleThreadScheduledExecutor(DaemonThreads.named("stemspark-idle-" + what))
        .scheduleWithFixedDelay(() -> run(what, closing), 1, 1, TimeUnit.MINUTES);
  }

  /** A failure must not end the repetition. */
  private static void run(String what, Runnable closing) {
    try {
      closing.run();
    } catch (RuntimeException e) {
      LOG.warn("Idle {} could not be closed: {}", what, e.getMessage());
    }
  }
}
