package io.stemspark.cli;

import io.stemspark.internal.config.JobSettings;
import io.stemspark.internal.corpus.CorpusSource;
import io.stemspark.internal.executor.DecoderPool;
import io.stemspark.internal.jobs.CatalogueJob;
import io.stemspark.internal.journal.RunTotals;
import io.stemspark.internal.lease.Lease;
import io.stemspark.internal.plan.Selection;
import io.stemspark.internal.session.SparkSettings;
import io.stemspark.internal.session.SparkStart;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * A command that runs a job over the tracks of a corpus: checks first, then the output's lease,
 * then Spark.
 *
 * @param <J> the job
 */
abstract class CatalogueCommand<J extends CatalogueJob<?>> implements Callable<Integer> {
  private static final int MAX_DECODERS_AHEAD = 4;

  @Mixin private SelectionOptions selection;
  @Mixin private LeaseOptions lease;
  @Mixin private RunOptions options;
  @Spec private CommandSpec spec;

  private final long start = System.nanoTime();
  private final String doing;
  private final String done;

  /**
   * @param doing what a run does, for example "separating"
   * @param done what it did, for example "separated"
   */
  CatalogueCommand(String doing, String done) {
    this.doing = doing;
    this.done = done;
  }

  /** Checks what the user named. */
  abstract J job(JobSettings settings, Configuration hadoop);

  /**
   * Checks how many things the user named, and with what options.
   *
   * @return the first: a folder, a file or a list
   */
  abstract String input();

  @Override
  public Integer call() throws IOException {
    String input = input();
    JobSettings settings = options.settings();
    SparkSettings spark = options.spark(spec.name(), settings);
    try (SparkStart start = new SparkStart(spark)) {
      startAhead(input, spark, settings, start);
      J job = job(settings, spark.hadoop());
      Selection wanted = selection.selection();
      if (selection.isDryRun()) {
        JavaSparkContext context = start.context();
        int cores = context.defaultParallelism();
        out().println(job.dryRun(context, wanted).describe(cores));
        return Main.DONE;
      }
      try (Lease held = job.lease(lease.request(settings), spark.hadoop())) {
        return run(job, held, wanted, spark, start);
      }
    }
  }

  /** On this machine decoders start beside the checks, and so does Spark if a folder is to do. */
  private void startAhead(
      String input, SparkSettings spark, JobSettings settings, SparkStart start) {
    if (spark.localCores().isEmpty()) {
      return;
    }
    File named = new File(input);
    if (named.isDirectory()) {
      start.begin();
    }
    if (!selection.isDryRun()) {
      int most = named.isFile() && !CorpusSource.namesList(input) ? 1 : MAX_DECODERS_AHEAD;
      DecoderPool.startAhead(settings.decoding(), Math.min(most, spark.localCores().getAsInt()));
    }
  }

  /** Does the work, and returns the exit code. */
  int run(J job, Lease held, Selection wanted, SparkSettings spark, SparkStart start)
      throws IOException {
    // Spark ends before the lease does.
    try (start;
        RunProgressLine progress = new RunProgressLine(out(), doing)) {
      RunTotals totals = job.run(start.context(), held, wanted, maxFailures(), progress);
      showResults(job, spark.hadoop());
      return print(totals, progress.report());
    }
  }

  /** Prints what a run found out, before its sums. */
  void showResults(J job, Configuration hadoop) throws IOException {}

  /**
   * Prints a run's sums.
   *
   * @param report where the report's page lies; null if there is none
   * @return the exit code
   */
  final int print(RunTotals totals, String report) {
    return SummaryPrinter.print(out(), totals, done, start, report);
  }

  final long maxFailures() {
    return selection.maxFailures();
  }

  final PrintWriter out() {
    return spec.commandLine().getOut();
  }
}
