package io.stemspark.internal.jobs;

import io.stemspark.audio.DecodingConfig;
import io.stemspark.internal.corpus.CorpusEntry;
import io.stemspark.internal.corpus.CorpusLimits;
import io.stemspark.internal.corpus.CorpusSource;
import io.stemspark.internal.dataset.DatasetManifest;
import io.stemspark.internal.executor.ExtractTrack;
import io.stemspark.internal.executor.TrackExtractor;
import io.stemspark.internal.executor.WorkerFactory;
import io.stemspark.internal.journal.RunTotals;
import io.stemspark.internal.lease.Lease;
import io.stemspark.internal.lease.LeaseRequest;
import io.stemspark.internal.pipeline.Broadcasts;
import io.stemspark.internal.pipeline.Inputs;
import io.stemspark.internal.pipeline.TrackPipeline;
import io.stemspark.internal.plan.CorpusGuard;
import io.stemspark.internal.plan.IncrementalPlanner;
import io.stemspark.internal.plan.PlanSummary;
import io.stemspark.internal.plan.Selection;
import io.stemspark.patch.PatchConfig;
import io.stemspark.run.InputException;
import io.stemspark.run.RunListener;
import io.stemspark.run.RunStopped;
import io.stemspark.spectrogram.StftConfig;
import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;

/** Turns a corpus into a feature dataset. */
public final class ExtractJob implements CatalogueJob {
  private static final String JOB = "extract";
  private final CorpusSource corpus;
  private final ExtractTrack task;

  private ExtractJob(CorpusSource corpus, ExtractTrack task) {
    this.corpus = corpus;
    this.task = task;
  }

  /**
   * Checks everything that can be checked before Spark starts.
   *
   * @param input a folder tree, an audio file or a list of tracks
   * @param output a folder that is new or empty, or holds a dataset of the same settings
   * @throws InputException when one of them cannot be used
   */
  public static ExtractJob create(
      String input,
      String output,
      DecodingConfig decoding,
      StftConfig stft,
      PatchConfig patch,
      CorpusLimits limits,
      Configuration configuration) {
    return Inputs.check(
        () -> {
          CorpusSource corpus = CorpusSource.open(input, limits, configuration);
          if (DatasetManifest.exists(output, configuration)) {
            DatasetManifest.read(output, configuration).requireMadeWith(output, stft, patch);
          } else {
            Inputs.requireNothingElse(
                output, name -> name.startsWith("split="), "the dataset", configuration);
          }
          String folder = Inputs.writableFolder(output, configuration);
          return new ExtractJob(corpus, new ExtractTrack(decoding, stft, patch, folder));
        });
  }

  @Override
  public PlanSummary dryRun(SparkSession spark, Selection selection) throws IOException {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    Inputs.requireSameJob(task.output(), JOB, context.hadoopConfiguration());
    try (Broadcasts broadcasts = new Broadcasts(context)) {
      Broadcast<SerializableConfiguration> hadoop = broadcasts.sendHadoop();
      requireSameSettings(context, hadoop);
      return TrackPipeline.preview(
          context, hadoop, entries(spark, hadoop), task.output(), judge(selection));
    }
  }

  private IncrementalPlanner judge(Selection selection) {
    return new IncrementalPlanner(
        task, selection, corpus.uri(), corpus.isOneFile(), CorpusGuard.NONE);
  }

  @Override
  public Lease lease(LeaseRequest request, Configuration configuration) {
    return Inputs.lease(task.output(), JOB, request, configuration);
  }

  /**
   * Extracts every track that is not in the dataset yet; one that fails stops no other. The rows
   * appear together at the end, and the dataset's manifest last.
   *
   * @param lease on the output folder
   * @param maxFailures the run stops when more tracks than these have failed
   * @throws RunStopped when too many tracks failed
   */
  @Override
  public RunTotals run(
      SparkSession spark, Lease lease, Selection selection, long maxFailures, RunListener listener)
      throws IOException {
    return lease.holding(() -> runHeld(spark, lease, selection, maxFailures, listener));
  }

  private RunTotals runHeld(
      SparkSession spark, Lease lease, Selection selection, long maxFailures, RunListener listener)
      throws IOException {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    try (Broadcasts broadcasts = new Broadcasts(context)) {
      Broadcast<SerializableConfiguration> hadoop = broadcasts.sendHadoop();
      TrackPipeline run = new TrackPipeline(context, hadoop, lease, judge(selection), listener);
      ExtractTrack shared = task;
      WorkerFactory extractors =
          (attempt, ledger, configuration) ->
              new TrackExtractor(shared, attempt, ledger, configuration);
      DatasetCommit commit = new DatasetCommit(context, hadoop, lease.fence(), task);
      requireSameSettings(context, hadoop);
      RunTotals summary =
          run.run(
              entries(spark, hadoop),
              extractors,
              maxFailures,
              plan -> commit.commit(run.unsettled(), plan.removed(), plan.summary().removed()));
      run.report(summary, JOB, corpus.location(), task.decoding(), false);
      return summary;
    }
  }

  /** A manifest says so; without one, as when the first run was killed, the journal does. */
  private void requireSameSettings(
      JavaSparkContext context, Broadcast<SerializableConfiguration> hadoop) throws IOException {
    if (!DatasetManifest.exists(task.output(), context.hadoopConfiguration())) {
      DatasetCommit.content(context, task, hadoop);
    }
  }

  private JavaRDD<CorpusEntry> entries(
      SparkSession spark, Broadcast<SerializableConfiguration> hadoop) {
    return Inputs.check(() -> corpus.entries(spark, hadoop));
  }
}
