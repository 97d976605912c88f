package io.stemspark.spark;

import io.stemspark.internal.config.JobSettings;
import io.stemspark.internal.jobs.CatalogueJob;
import io.stemspark.internal.lease.Lease;
import io.stemspark.internal.lease.LeaseRequest;
import io.stemspark.internal.plan.Selection;
import io.stemspark.run.InputException;
import io.stemspark.run.RunListener;
import io.stemspark.run.RunStopped;
import java.io.IOException;
import java.time.Instant;
import org.apache.hadoop.conf.Configuration;

/**
 * A job over the tracks of a corpus, and which of them it takes on.
 *
 * @param <A> the action itself
 */
public abstract sealed class CatalogueAction<A extends CatalogueAction<A>>
    permits SeparateAction, ExtractAction, EvaluateAction {
  private final Stemspark stemspark;
  private Selection selection = Selection.ALL;
  private long maxFailures = Long.MAX_VALUE;
  private boolean takeOver;
  private RunListener listener = RunListener.NONE;

  CatalogueAction(Stemspark stemspark) {
    this.stemspark = stemspark;
  }

  /** Checks what the user named. */
  abstract CatalogueJob<?> job(JobSettings settings, Configuration configuration);

  /** Safe, because each permitted type names itself as {@code A}. */
  @SuppressWarnings("unchecked")
  private A self() {
    return (A) this;
  }

  /** Also tries tracks again that failed by themselves in an earlier run. */
  public A retryFailed() {
    selection = new Selection(true, selection.onlyNew(), selection.since(), selection.limit());
    return self();
  }

  /** Leaves what an earlier run has done, even if input, model or settings have changed. */
  public A onlyNew() {
    selection = new Selection(selection.retryFailed(), true, selection.since(), selection.limit());
    return self();
  }

  /** Leaves tracks whose files are all older. */
  public A since(Instant time) {
    selection =
        new Selection(
            selection.retryFailed(), selection.onlyNew(), time.toEpochMilli(), selection.limit());
    return self();
  }

  /** Takes on so many tracks at most. */
  public A limit(long tracks) {
    if (tracks < 1) {
      throw new IllegalArgumentException(
          "The limit is %d tracks. Expected 1 or more.".formatted(tracks));
    }
    selection =
        new Selection(selection.retryFailed(), selection.onlyNew(), selection.since(), tracks);
    return self();
  }

  /** Stops the run when more tracks than these have failed. */
  public A maxFailures(long tracks) {
    if (tracks < 0) {
      throw new IllegalArgumentException(
          "The limit is %d failed tracks. Expected 0 or more.".formatted(tracks));
    }
    maxFailures = tracks;
    return self();
  }

  /** Starts although another run seems to hold the output, which then publishes nothing more. */
  public A takeOver() {
    takeOver = true;
    return self();
  }

  /** Is told on the driver how the run goes. */
  public A listener(RunListener told) {
    listener = told;
    return self();
  }

  /**
   * Does what is missing.
   *
   * @throws InputException when something that was named cannot be used, or another run is at work
   *     in the output
   * @throws RunStopped when too many tracks failed
   * @throws IOException when the run fails; what it has done is kept
   */
  public RunSummary execute() throws IOException {
    JobSettings settings = stemspark.settings();
    Configuration configuration = configuration();
    CatalogueJob<?> job = job(settings, configuration);
    LeaseRequest request = new LeaseRequest(settings.lease(), takeOver);
    try (Lease lease = job.lease(request, configuration)) {
      return RunSummary.of(job.run(stemspark.context(), lease, selection, maxFailures, listener));
    }
  }

  /** Says what {@link #execute} would do, and does nothing. */
  public DryRun dryRun() throws IOException {
    CatalogueJob<?> job = job(stemspark.settings(), configuration());
    int cores = stemspark.context().defaultParallelism();
    return DryRun.of(job.dryRun(stemspark.context(), selection), cores);
  }

  private Configuration configuration() {
    return stemspark.context().hadoopConfiguration();
  }
}
