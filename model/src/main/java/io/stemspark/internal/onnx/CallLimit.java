package io.stemspark.internal.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.stemspark.internal.network.UnsoundEstimateException;
import io.stemspark.internal.process.DaemonThreads;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Ends calls of a network that take too long: even a graph of plain operators may take for ever.
 */
record CallLimit(Duration limit) {
  static final ScheduledExecutorService CLOCK = clock();

  private static ScheduledExecutorService clock() {
    ScheduledThreadPoolExecutor clock =
        new ScheduledThreadPoolExecutor(1, DaemonThreads.named("network-clock"));
    // Without this, a call that has ended would stay in memory until its time was over.
    clock.setRemoveOnCancelPolicy(true);
    return clock;
  }

  void run(OrtSession session, Map<String, OnnxTensor> given, Map<String, OnnxTensor> filled)
      throws OrtException {
    try (OrtSession.RunOptions options = new OrtSession.RunOptions()) {
      Stop stop = new Stop(options);
      Future<?> alarm = CLOCK.schedule(stop, limit.toNanos(), TimeUnit.NANOSECONDS);
      try {
        session.run(given, Set.of(), filled, options).close();
      } catch (OrtException e) {
        if (stop.isDone()) {
          throw new UnsoundEstimateException(
              "The network takes more than %s seconds for one call."
                  .formatted(
                      BigDecimal.valueOf(limit.toMillis(), 3)
                          .stripTrailingZeros()
                          .toPlainString()));
        }
        throw e;
      } finally {
        stop.end();
        alarm.cancel(false);
      }
    }
  }

  /** Tells a call to end, unless it has ended. */
  private static final class Stop implements Runnable {
    private final OrtSession.RunOptions options;
    private boolean ended;
    private boolean done;

    Stop(OrtSession.RunOptions options) {
      this.options = options;
    }

    @Override
    public synchronized void run() {
      if (!ended) {
        done = true;
        try {
          options.setTerminate(true);
        } catch (OrtException e) {
          throw new IllegalStateException(e);
        }
      }
    }

    synchronized void end() {
      ended = true;
    }

    synchronized boolean isDone() {
      return done;
    }
  }
}
