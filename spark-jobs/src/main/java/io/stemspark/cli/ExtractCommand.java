package io.stemspark.cli;

import io.stemspark.internal.config.JobSettings;
import io.stemspark.internal.jobs.ExtractJob;
import io.stemspark.internal.journal.RunTotals;
import io.stemspark.internal.lease.Lease;
import io.stemspark.internal.plan.Selection;
import io.stemspark.internal.session.SparkSettings;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "extract",
    description = {
      "Turn a corpus into a feature dataset.",
      "Tracks with known stems are for training; of others the mixture's features are kept."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Versions.class,
    footerHeading = "%nExamples:%n",
    footer = {
      "  stemspark extract demo features --conf demo/demo.conf",
      "  stemspark extract hdfs:///musdb18 hdfs:///features --conf conf/cluster.conf"
    })
final class ExtractCommand implements Callable<Integer> {
  @Parameters(
      index = "0",
      paramLabel = "INPUT",
      description =
          "Folder tree: [<split>/]<track>/{mixture,vocals,accompaniment}.*, or MUSDB18's; an audio"
              + " file; or a list of tracks (.csv, .jsonl or .parquet) with the columns track_id and"
              + " mixture.")
  private String input;

  @Parameters(
      index = "1",
      paramLabel = "OUTPUT",
      description = "Folder for the Parquet dataset: new, empty, or to be gone on with.")
  private String output;

  @Mixin private SelectionOptions selection;
  @Mixin private LeaseOptions lease;
  @Mixin private RunOptions options;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    long start = System.nanoTime();
    JobSettings settings = options.settings();
    SparkSettings spark = options.spark("extract", settings);
    ExtractJob job =
        ExtractJob.create(
            input,
            output,
            settings.decoding(),
            settings.stft(),
            settings.patch(),
            settings.corpus(),
            spark.hadoop());
    Selection wanted = selection.selection();
    PrintWriter out = spec.commandLine().getOut();
    if (selection.isDryRun()) {
      try (SparkSession session = spark.start()) {
        int cores = session.sparkContext().defaultParallelism();
        out.println(job.dryRun(session, wanted).describe(cores));
        return Main.DONE;
      }
    }
    try (Lease held = job.lease(lease.request(settings), spark.hadoop());
        SparkSession session = spark.start();
        RunProgressLine progress = new RunProgressLine(out, "extracting")) {
      RunTotals summary = job.run(session, held, wanted, selection.maxFailures(), progress);
      return SummaryPrinter.print(out, summary, "extracted", start, progress.report());
    }
  }
}
