package io.stemspark.spark;

import io.stemspark.internal.averaging.TrainJob;
import io.stemspark.internal.averaging.TrainingPlan;
import io.stemspark.internal.lease.Lease;
import io.stemspark.internal.lease.LeaseRequest;
import io.stemspark.run.InputException;
import io.stemspark.training.Epoch;
import io.stemspark.training.TrainingListener;
import java.io.IOException;
import java.util.Optional;

/**
 * Trains a U-Net by parameter averaging and writes a model bundle.
 *
 * <pre>{@code
 * Epoch chosen =
 *     Stemspark.on(spark).train("hdfs:///features").to("hdfs:///vocals.bundle").execute();
 * }</pre>
 *
 * <p>Not thread-safe; nothing has to be closed.
 *
 * <p>Weights pass between processes much faster in a session that was started with {@link
 * Stemspark#prepareTraining}.
 */
public final class TrainAction {
  private final Stemspark stemspark;
  private final String dataset;
  private String bundle;
  private Optional<String> from = Optional.empty();
  private boolean resume;
  private boolean takeOver;
  private TrainingListener listener = TrainingListener.NONE;

  TrainAction(Stemspark stemspark, String dataset) {
    this.stemspark = stemspark;
    this.dataset = dataset;
  }

  /** The bundle to write. */
  public TrainAction to(String file) {
    bundle = file;
    return this;
  }

  /**
   * Trains the network of a bundle further. Its sizes replace those of the settings; learning rate
   * and schedule begin anew.
   */
  public TrainAction from(String start) {
    from = Optional.of(start);
    return this;
  }

  /** Resumes a training of this bundle that has not ended. */
  public TrainAction resume() {
    resume = true;
    return this;
  }

  /** Starts although another training seems to hold the bundle, which then writes nothing more. */
  public TrainAction takeOver() {
    takeOver = true;
    return this;
  }

  /** Is told on the driver how the training goes. */
  public TrainAction listener(TrainingListener told) {
    listener = told;
    return this;
  }

  /**
   * What a training would do.
   *
   * @param patches that it fits the network to
   * @param workers that train at a time
   * @param steps of all epochs, in which each worker takes a batch
   * @param text all of it in words
   */
  public record Plan(int patches, int workers, int steps, String text) {}

  /**
   * Trains, and writes the bundle.
   *
   * @return the epoch whose weights the bundle holds
   * @throws InputException when something that was named cannot be used
   * @throws IOException when the training fails; it can be resumed
   */
  public Epoch execute() throws IOException {
    TrainJob job = job();
    LeaseRequest request = new LeaseRequest(stemspark.settings().lease(), takeOver);
    try (Lease lease = job.lease(request, stemspark.context().hadoopConfiguration())) {
      return job.run(stemspark.context(), lease, listener);
    }
  }

  /**
   * Says what {@link #execute} would do, and writes nothing.
   *
   * @throws InputException when something that was named cannot be used
   */
  public Plan dryRun() throws IOException {
    TrainingPlan plan = job().dryRun(stemspark.context());
    return new Plan(plan.patches(), plan.workers(), plan.steps(), plan.describe());
  }

  private TrainJob job() {
    if (bundle == null) {
      throw new InputException("A training needs a bundle to write (to).");
    }
    return TrainJob.create(
        dataset,
        bundle,
        from,
        resume,
        stemspark.settings(),
        stemspark.context().hadoopConfiguration());
  }
}
