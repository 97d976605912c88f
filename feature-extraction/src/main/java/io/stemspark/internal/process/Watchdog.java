package io.stemspark.internal.process;

import java.util.Optional;
import org.bytedeco.javacpp.Pointer;

/** In the child: ends the process when it takes too much memory, or when its parent has gone. */
public final class Watchdog implements Runnable {
  /** The exit code of a child that took too much memory. */
  public static final int TOO_MUCH_MEMORY = 70;

  private static final long PERIOD_MILLIS = 50;
  private static final int PERIODS_PER_LOOK_AT_PARENT = 20;

  private final long mostBytes;
  private final Optional<ProcessHandle> parent = ProcessHandle.current().parent();

  private Watchdog(long mostBytes) {
    this.mostBytes = mostBytes;
  }

  /** Looks at once, before an input can be the cause, and then periodically. */
  public static void start(long mostBytes) {
    Watchdog watchdog = new Watchdog(mostBytes);
    watchdog.endWithTooMuchMemory();
    DaemonThreads.named("watchdog").newThread(watchdog).start();
  }

  @Override
  public void run() {
    for (int period = 0; ; period++) {
      endWithTooMuchMemory();
      // Waiting for input, the child would notice that itself, but not while native code is busy.
      if (period % PERIODS_PER_LOOK_AT_PARENT == 0 && hasLostParent()) {
        Runtime.getRuntime().halt(0);
      }
      try {
        Thread.sleep(PERIOD_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private void endWithTooMuchMemory() {
    if (Pointer.physicalBytes() > mostBytes) {
      Runtime.getRuntime().halt(TOO_MUCH_MEMORY);
    }
  }

  private boolean hasLostParent() {
    return parent.isPresent() && !parent.get().isAlive();
  }
}
