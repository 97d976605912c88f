package io.stemspark.internal.pipeline;

import io.stemspark.internal.journal.RunJournal;
import io.stemspark.internal.lease.Fence;
import io.stemspark.internal.plan.PlanSummary;
import io.stemspark.internal.process.DaemonThreads;
import io.stemspark.run.RunListener;
import io.stemspark.run.RunListener.Progress;
import io.stemspark.run.RunStopped;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkContext;
import org.apache.spark.Success$;
import org.apache.spark.scheduler.AccumulableInfo;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorMetricsUpdate;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Watches a run. It adds up the {@link RunCounters} of running tasks, which come with the
 * heartbeats of executors, and of tasks that have succeeded. It reports every second, and stops the
 * run when too many tracks have failed.
 */
final class RunMonitor extends SparkListener implements AutoCloseable {
  private final SparkContext context;
  private final Fence fence;
  private final Set<Long> counters;
  private final PlanSummary plan;
  private final long maxFailures;
  private final Runnable stop;
  private final RunListener listener;
  private final Map<Long, Map<String, Long>> running = new HashMap<>();
  private final Map<String, Long> ended = new TreeMap<>();
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(DaemonThreads.named("stemspark-monitor"));

  private Future<?> ticks;
  private volatile long failedWhenStopped;

  private RunMonitor(
      SparkContext context,
      Fence fence,
      Set<Long> counters,
      PlanSummary plan,
      long maxFailures,
      Runnable stop,
      RunListener listener) {
    this.context = context;
    this.fence = fence;
    this.counters = counters;
    this.plan = plan;
    this.maxFailures = maxFailures;
    this.stop = stop;
    this.listener = listener;
  }

  /**
   * Starts to watch.
   *
   * @param counters ids of the accumulators that count what the run does
   * @param plan what the run has to do
   * @param maxFailures stop the run when more tracks have failed
   * @param stop ends the run's Spark jobs, and no others
   */
  static RunMonitor start(
      SparkContext context,
      Fence fence,
      Set<Long> counters,
      PlanSummary plan,
      long maxFailures,
      Runnable stop,
      RunListener listener) {
    RunMonitor monitor =
        new RunMonitor(context, fence, counters, plan, maxFailures, stop, listener);
    context.addSparkListener(monitor);
    monitor.ticks = monitor.clock.scheduleWithFixedDelay(monitor::tick, 1, 1, TimeUnit.SECONDS);
    return monitor;
  }

  private void tick() {
    Progress progress = progress();
    if (progress.failed() > maxFailures) {
      failedWhenStopped = progress.failed();
      stop.run();
    }
    listener.progressed(progress);
  }

  /**
   * Finds out whether the run failed because it was stopped.
   *
   * @throws RunStopped when too many tracks had failed by then
   */
  void requireFew(Exception failure) {
    // The counts of cancelled tasks are lost.
    requireFew(Math.max(failedWhenStopped, progress().failed()), failure);
  }

  /**
   * Checks how many tracks failed.
   *
   * @param cause what ended the run, if anything did
   * @throws RunStopped when too many tracks failed
   */
  void requireFew(long failed, Exception cause) {
    if (failed > maxFailures) {
      String journal = RunJournal.folder(fence.output()) + "/" + fence.run();
      throw new RunStopped(failed, maxFailures, journal + " says why each of them failed.", cause);
    }
  }

  @Override
  public synchronized void onExecutorMetricsUpdate(SparkListenerExecutorMetricsUpdate update) {
    CollectionConverters.asJava(update.accumUpdates())
        .forEach(task -> running.put((Long) task._1(), counts(task._4())));
  }

  @Override
  public synchronized void onTaskEnd(SparkListenerTaskEnd task) {
    running.remove(task.taskInfo().taskId());
    if (task.reason().equals(Success$.MODULE$)) {
      counts(task.taskInfo().accumulables())
          .forEach((name, count) -> ended.merge(name, count, Long::sum));
    }
  }

  private Map<String, Long> counts(scala.collection.Iterable<AccumulableInfo> infos) {
    Map<String, Long> counts = new HashMap<>();
    for (AccumulableInfo info : CollectionConverters.asJava(infos)) {
      if (info.name().isDefined() && info.update().isDefined()) {
        Object update = info.update().get();
        if (counters.contains(info.id()) && update instanceof Long count) {
          counts.put(info.name().get(), count);
        }
      }
    }
    return counts;
  }

  synchronized Progress progress() {
    return new Progress(
        plan.pending(),
        plan.bytes(),
        sum(RunCounters.DONE),
        sum(RunCounters.SKIPPED),
        sum(RunCounters.FAILED),
        sum(RunCounters.BYTES),
        sum(RunCounters.AUDIO_MILLIS) / 1000.0);
  }

  private long sum(String name) {
    long sum = ended.getOrDefault(name, 0L);
    for (Map<String, Long> task : running.values()) {
      sum += task.getOrDefault(name, 0L);
    }
    return sum;
  }

  @Override
  public void close() {
    ticks.cancel(true);
    clock.shutdownNow();
    context.removeSparkListener(this);
  }
}
