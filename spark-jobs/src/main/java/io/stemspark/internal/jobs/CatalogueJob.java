package io.stemspark.internal.jobs;

import io.stemspark.internal.corpus.CorpusEntries;
import io.stemspark.internal.corpus.CorpusSource;
import io.stemspark.internal.journal.OutputContract;
import io.stemspark.internal.journal.RunTotals;
import io.stemspark.internal.journal.UsedModel;
import io.stemspark.internal.lease.Lease;
import io.stemspark.internal.lease.LeaseRequest;
import io.stemspark.internal.pipeline.Broadcasts;
import io.stemspark.internal.pipeline.Inputs;
import io.stemspark.internal.pipeline.TrackPipeline;
import io.stemspark.internal.plan.CorpusGuard;
import io.stemspark.internal.plan.IncrementalPlanner;
import io.stemspark.internal.plan.PlanSummary;
import io.stemspark.internal.plan.Selection;
import io.stemspark.run.InputException;
import io.stemspark.run.RunListener;
import io.stemspark.run.RunStopped;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;

/**
 * A job over the tracks of a corpus. What the user named has been checked when there is one.
 *
 * @param <T> what its tasks have to know
 */
public abstract class CatalogueJob<T extends OutputContract> {
  private final String name;
  private final CorpusSource corpus;
  private final String output;

  /**
   * @param name of the job, which its output folder remembers
   * @param output URI of that folder
   */
  CatalogueJob(String name, CorpusSource corpus, String output) {
    this.name = name;
    this.corpus = corpus;
    this.output = output;
  }

  /** Spark, and what has been sent to its executors. */
  record Site(
      JavaSparkContext context, Broadcasts broadcasts, Broadcast<SerializableConfiguration> hadoop)
      implements AutoCloseable {
    static Site on(JavaSparkContext context) {
      Broadcasts broadcasts = new Broadcasts(context);
      return new Site(context, broadcasts, broadcasts.sendHadoop());
    }

    CorpusEntries entries(CorpusSource corpus) {
      return new CorpusEntries(
          corpus.listed(), () -> Inputs.check(() -> corpus.entries(context, hadoop)));
    }

    Configuration configuration() {
      return context.hadoopConfiguration();
    }

    @Override
    public void close() {
      broadcasts.close();
    }
  }

  /**
   * A run that holds its output folder.
   *
   * @param task what its tasks have to know
   * @param maxFailures the run stops when more tracks than these have failed
   */
  record Run<T>(
      Site site,
      T task,
      Lease lease,
      TrackPipeline pipeline,
      long maxFailures,
      RunListener listener) {}

  /** Does what is missing. */
  abstract RunTotals run(Run<T> run) throws IOException;

  /** What tasks have to know. */
  abstract T task(Site site) throws IOException;

  /** Whether other songs of the corpus may lie where results do. */
  boolean isAmongSongs(Site site) throws IOException {
    return false;
  }

  /** What the corpus holds. */
  CorpusEntries entries(Site site) {
    return site.entries(corpus);
  }

  /** What the job separates with. */
  Optional<UsedModel> model() {
    return Optional.empty();
  }

  final String name() {
    return name;
  }

  final CorpusSource corpus() {
    return corpus;
  }

  final String output() {
    return output;
  }

  /**
   * Decides about the tracks of a run.
   *
   * @param amongSongs whether other songs of the corpus may lie where results do
   * @param number of the run; those before it may have been killed
   */
  final IncrementalPlanner planner(
      T task, Selection selection, boolean amongSongs, long number, Configuration configuration)
      throws IOException {
    CorpusGuard guard =
        task.ownsFiles()
            ? new CorpusGuard(
                number,
                amongSongs,
                task.dependsOnTags(),
                Lease.unfinished(output, number, Set.of(), configuration))
            : CorpusGuard.NONE;
    return new IncrementalPlanner(task, selection, corpus.uri(), corpus.isOneFile(), guard);
  }

  /** What {@link #run} would do. Nothing is written. */
  public final PlanSummary dryRun(JavaSparkContext context, Selection selection)
      throws IOException {
    try (Site site = Site.on(context)) {
      Inputs.requireSameJob(output, name, site.configuration());
      IncrementalPlanner planner =
          planner(task(site), selection, isAmongSongs(site), Long.MAX_VALUE, site.configuration());
      return TrackPipeline.preview(site.context, site.hadoop, entries(site), output, planner);
    }
  }

  /**
   * Takes the output folder, for one run, and creates it if need be.
   *
   * @throws InputException when another run holds it, or it cannot be written to
   */
  public final Lease lease(LeaseRequest request, Configuration configuration) {
    Inputs.check(() -> Inputs.writableFolder(output, configuration));
    return Inputs.lease(output, name, request, configuration);
  }

  /**
   * Does every track that is not done yet; one that fails stops no other.
   *
   * @param lease on the output folder
   * @param maxFailures the run stops when more tracks than these have failed
   * @throws RunStopped when too many tracks failed
   */
  public final RunTotals run(
      JavaSparkContext context,
      Lease lease,
      Selection selection,
      long maxFailures,
      RunListener listener)
      throws IOException {
    try (Site site = Site.on(context)) {
      T task = task(site);
      IncrementalPlanner planner =
          planner(
              task, selection, isAmongSongs(site), lease.fence().number(), site.configuration());
      TrackPipeline pipeline =
          new TrackPipeline(site.context, site.hadoop, lease, planner, model(), listener);
      return run(new Run<>(site, task, lease, pipeline, maxFailures, listener));
    } catch (IOException | RuntimeException e) {
      lease.requireHeldAfter(e);
      throw e;
    }
  }
}
