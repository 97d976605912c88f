package io.stemspark.internal.lease;

import io.stemspark.internal.process.DaemonThreads;
import io.stemspark.internal.storage.HiddenFiles;
import io.stemspark.internal.storage.LookAhead;
import io.stemspark.internal.storage.OutputLayout;
import io.stemspark.internal.storage.Retries;
import io.stemspark.internal.storage.TemporaryFolders;
import io.stemspark.internal.text.Reason;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.util.ShutdownHookManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A run's claim on its output folder, which it alone may write to. The driver holds it, renews it
 * while it runs, and releases it by {@link #close}.
 *
 * <p>A lease is a numbered file that is created only if it is not there, which is atomic on local
 * disks, HDFS and S3. The file with the highest number counts. A run that takes over creates the
 * next one, and deletes what the run before had ready to be published, so that a write on its way
 * comes too late. The run before checks for that file before it publishes anything ({@link Fence}).
 */
public final class Lease implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Lease.class);

  /** Renewals in the time that a lease lasts: two may fail. */
  private static final int RENEWALS = 3;

  private static final int ATTEMPTS = 20;

  /** After Spark has ended, at 40 or 50, and before Hadoop closes its file systems, at 10. */
  private static final int SHUTDOWN_PRIORITY = 20;

  private final String output;
  private final Configuration configuration;
  private final Duration duration;
  private final Runnable atShutdown = this::releaseQuietly;
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(DaemonThreads.named("stemspark-lease"));

  private Future<?> renewals;
  private LeaseFile file;
  private boolean over;
  private volatile LeaseLostException lost;
  private volatile Runnable whenLost = () -> {};

  private Lease(String output, Configuration configuration, Duration duration, LeaseFile file) {
    this.output = output;
    this.configuration = configuration;
    this.duration = duration;
    this.file = file;
  }

  /**
   * Takes the lease of a folder.
   *
   * @param output the folder, as a full URI
   * @param job the command that runs
   * @param run name of the run
   * @param duration how long it lasts without renewal
   * @param takeOver whether to take it from a run that still holds it
   * @throws LeaseHeldException when another run holds it, or the folder is another job's
   */
  public static Lease take(
      String output,
      String job,
      String run,
      Duration duration,
      boolean takeOver,
      Configuration configuration)
      throws IOException {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      OptionalLong last = LeaseFile.last(output, configuration);
      if (last.isPresent()) {
        if (!takeOver) {
          requireFree(output, last.getAsLong(), duration, configuration);
        }
        requireSameJob(output, last.getAsLong(), job, configuration);
      }
      long before =
          last.isPresent() ? last.getAsLong() : LeaseFile.lastOfJournal(output, configuration);
      LeaseFile file = first(before + 1, job, run, duration);
      if (file.create(output, configuration)) {
        Lease lease = new Lease(output, configuration, duration, file);
        try {
          // Listed before the first renewal, which writes such files too.
          List<Path> left = left(output, configuration);
          lease.start();
          lease.delete(left);
        } catch (IOException | RuntimeException e) {
          lease.close();
          throw e;
        }
        return lease;
      }
    }
    throw new LeaseHeldException(
        "The folder %s cannot be taken, because other runs took it first each time."
            .formatted(output));
  }

  /**
   * Those of a folder's runs that have not ended well, as far as their leases are kept.
   *
   * @param before number of a run; only earlier runs count
   * @param damaged names of runs whose journals have been found damaged now
   */
  public static List<UnfinishedRun> unfinished(
      String output, long before, Set<String> damaged, Configuration configuration)
      throws IOException {
    List<UnfinishedRun> unfinished = new ArrayList<>();
    LookAhead<Long, Optional<UnfinishedRun>> runs =
        new LookAhead<>(
            LeaseFile.numbers(output, configuration).stream()
                .filter(number -> number < before)
                .iterator(),
            number -> {
              try {
                return LeaseFile.unfinished(output, number, damaged, configuration);
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
    try {
      while (runs.hasNext()) {
        runs.next().ifPresent(unfinished::add);
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    return unfinished;
  }

  private static List<Path> left(String output, Configuration configuration) throws IOException {
    List<Path> left = new ArrayList<>(TemporaryFolders.all(output, configuration));
    left.addAll(HiddenFiles.unfinished(new Path(output, OutputLayout.OWN), configuration));
    return left;
  }

  /** Fences earlier runs off: deletes what they had ready to be renamed. */
  private void delete(List<Path> left) throws IOException {
    // What was listed before this check is no later run's.
    requireHeld();
    for (Path path : left) {
      Retries.run(() -> path.getFileSystem(configuration).delete(path, true));
    }
  }

  private static LeaseFile first(long number, String job, String run, Duration duration) {
    Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    return new LeaseFile(
        LeaseFile.VERSION,
        number,
        run,
        job,
        HolderProcess.current(),
        now.toString(),
        now.plus(duration).toString(),
        duration.toString(),
        0,
        false);
  }

  private static void requireFree(
      String output, long number, Duration own, Configuration configuration) throws IOException {
    Optional<LeaseFile> last = LeaseFile.read(output, number, configuration);
    // The holder's duration, which may differ from this run's.
    Duration duration = last.map(LeaseFile::duration).orElse(own);
    if (last.isPresent() && (last.get().released() || last.get().holder().hasEnded())) {
      return;
    }
    Instant now = Instant.now();
    Instant deadline = last.map(LeaseFile::end).orElse(Instant.MIN);
    // A deadline further ahead than a lease lasts means that a clock is wrong, and is ignored.
    boolean sound = deadline.isBefore(now.plus(duration.multipliedBy(2)));
    boolean held = sound && deadline.isAfter(now);
    if (held || isRenewed(output, number, last, duration, configuration)) {
      throw new LeaseHeldException(
          ("%s is in use by %s. Wait until that run has ended. If it is not running any more,"
                  + " --take-over starts at once.")
              .formatted(
                  output, last.map(LeaseFile::describe).orElse("a run that has just begun")));
    }
  }

  /**
   * Checks that a folder has no results of another job, because the two would be mixed up.
   *
   * @throws LeaseHeldException when it has
   */
  public static void requireSameJob(String output, String job, Configuration configuration)
      throws IOException {
    OptionalLong last = LeaseFile.last(output, configuration);
    if (last.isPresent()) {
      requireSameJob(output, last.getAsLong(), job, configuration);
    }
  }

  private static void requireSameJob(
      String output, long number, String job, Configuration configuration) throws IOException {
    Optional<LeaseFile> last = LeaseFile.read(output, number, configuration);
    // A run that ended before it had planned anything has no journal.
    Path journal = new Path(output, OutputLayout.JOURNAL);
    if (last.isPresent()
        && !last.get().job().equals(job)
        && Retries.call(() -> journal.getFileSystem(configuration).exists(journal))) {
      throw new LeaseHeldException(
          ("%s already holds results of %s, by run %s. Name a new folder for the results of %s, or"
                  + " delete this one.")
              .formatted(output, last.get().job(), last.get().run(), job));
    }
  }

  /** Waits for a renewal. Clocks may differ, but a live holder renews within part of a duration. */
  private static boolean isRenewed(
      String output,
      long number,
      Optional<LeaseFile> before,
      Duration duration,
      Configuration configuration)
      throws IOException {
    LOG.info(
        "The lease of {} seems to have expired. Waiting to see whether it is renewed.", output);
    long end = System.nanoTime() + 2 * duration.dividedBy(RENEWALS).toNanos();
    while (System.nanoTime() < end) {
      sleep(duration.dividedBy(4L * RENEWALS));
      Optional<LeaseFile> now = LeaseFile.read(output, number, configuration);
      if (now.isPresent() && now.get().released()) {
        return false;
      }
      if (!now.equals(before)) {
        return true;
      }
    }
    return false;
  }

  private static void sleep(Duration time) throws InterruptedIOException {
    try {
      TimeUnit.MILLISECONDS.sleep(Math.max(1, time.toMillis()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("Interrupted while waiting for a lease.");
    }
  }

  private void start() {
    long period = Math.max(1, duration.dividedBy(RENEWALS).toMillis());
    renewals =
        clock.scheduleWithFixedDelay(this::renewQuietly, period, period, TimeUnit.MILLISECONDS);
    ShutdownHookManager.get().addShutdownHook(atShutdown, SHUTDOWN_PRIORITY);
  }

  /** What the processes of this run check before they publish. */
  public Fence fence() {
    return new Fence(output, file.run(), file.number());
  }

  /**
   * Sets what is done when another run takes over. A thread of the lease does it once.
   *
   * @param action ends the work of this run
   */
  public void whenLost(Runnable action) {
    whenLost = action;
  }

  /**
   * Checks that this run still holds the folder.
   *
   * @throws LeaseLostException when another has taken it over
   */
  public void requireHeld() throws IOException {
    if (lost != null) {
      throw lost;
    }
    fence().requireHeld(configuration);
  }

  /**
   * Looks whether the folder was lost when work that needs it has failed.
   *
   * @throws LeaseLostException when another run has taken the folder, which explains any failure
   */
  public void requireHeldAfter(Exception failure) {
    if (failure instanceof LeaseLostException) {
      return; // That says it already.
    }
    try {
      requireHeld();
    } catch (IOException storage) {
      failure.addSuppressed(storage);
    }
  }

  private void renewQuietly() {
    try {
      renew();
    } catch (LeaseLostException e) {
      lost = e;
      clock.shutdown();
      LOG.error(e.getMessage());
      whenLost.run();
    } catch (IOException | RuntimeException e) {
      // The next renewal may succeed. If none does and another run takes over, that is noticed.
      LOG.warn("The lease of {} could not be renewed: {}", output, Reason.of(e));
    }
  }

  private synchronized void renew() throws IOException {
    if (!over) {
      fence().requireHeld(configuration);
      file = file.renewed(Instant.now().truncatedTo(ChronoUnit.MILLIS).plus(duration));
      file.replace(output, configuration);
    }
  }

  private synchronized void release() throws IOException {
    if (!over) {
      over = true;
      if (lost == null) {
        file.withRelease().replace(output, configuration);
      }
    }
  }

  private void releaseQuietly() {
    try {
      release();
    } catch (IOException | RuntimeException e) {
      LOG.warn(
          "The lease of {} could not be released, and will expire instead: {}",
          output,
          Reason.of(e));
    }
  }

  /** Releases the folder. Never throws, because the run's work is done. */
  @Override
  public void close() {
    if (renewals != null) {
      renewals.cancel(false);
    }
    clock.shutdownNow();
    releaseQuietly();
    if (!ShutdownHookManager.get().isShutdownInProgress()) {
      ShutdownHookManager.get().removeShutdownHook(atShutdown);
    }
  }
}
