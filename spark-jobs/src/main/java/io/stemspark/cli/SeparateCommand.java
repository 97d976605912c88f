package io.stemspark.cli;

import io.stemspark.internal.config.JobSettings;
import io.stemspark.internal.jobs.SeparateJob;
import io.stemspark.internal.journal.RunTotals;
import io.stemspark.internal.lease.Lease;
import io.stemspark.internal.plan.Selection;
import io.stemspark.internal.session.SparkSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "separate",
    description = "Split every track of a corpus into vocals and accompaniment.",
    mixinStandardHelpOptions = true,
    versionProvider = Versions.class,
    footerHeading = "%nExamples:%n",
    footer = {
      "  stemspark separate song.mp3",
      "  stemspark separate demo out",
      "  stemspark separate s3a://music/albums s3a://music/stems --model my.bundle \\",
      "      --conf conf/s3.conf --set stemspark.output.container=flac"
    })
final class SeparateCommand implements Callable<Integer> {
  @Parameters(
      index = "0",
      paramLabel = "INPUT",
      description =
          "Folder tree of audio, one audio file, or a list of tracks (.csv, .jsonl or .parquet) with"
              + " the columns track_id and mixture.")
  private String input;

  @Parameters(
      index = "1",
      paramLabel = "OUTPUT",
      arity = "0..1",
      description =
          "Folder for the stems: OUTPUT/<track>/{vocals,accompaniment}.wav. Default: a folder called"
              + " stems beside an audio file.")
  private String output;

  @Option(
      names = "--model",
      paramLabel = "BUNDLE",
      defaultValue = "${sys:stemspark.model}",
      description = "Model bundle. Default: the starter bundle of this installation.")
  private String model;

  @Mixin private SelectionOptions selection;
  @Mixin private LeaseOptions lease;
  @Mixin private RunOptions options;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    long start = System.nanoTime();
    JobSettings settings = options.settings();
    SparkSettings spark = options.spark("separate", settings);
    SeparateJob job =
        SeparateJob.create(
            input,
            output,
            Bundles.require(model),
            settings.decoding(),
            settings.separation(),
            settings.paths(),
            settings.corpus(),
            spark.hadoop());
    Selection wanted = selection.selection();
    if (selection.isDryRun()) {
      try (SparkSession session = spark.start()) {
        int cores = session.sparkContext().defaultParallelism();
        spec.commandLine().getOut().println(job.dryRun(session, wanted).describe(cores));
        return Main.DONE;
      }
    }
    try (Lease held = job.lease(lease.request(settings), spark.hadoop())) {
      return job.isOneTrack() && spark.localCores().isPresent()
          ? separateHere(job, held, wanted, spark, start)
          : separateBySpark(job, held, wanted, spark, start);
    }
  }

  private int separateBySpark(
      SeparateJob job, Lease held, Selection wanted, SparkSettings spark, long start)
      throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    try (SparkSession session = spark.start();
        RunProgressLine progress = new RunProgressLine(out, "separating")) {
      RunTotals summary = job.run(session, held, wanted, selection.maxFailures(), progress);
      return SummaryPrinter.print(out, summary, "separated", start, progress.report());
    }
  }

  /** One track on one machine needs no Spark, whose start takes longer than a short track. */
  private int separateHere(
      SeparateJob job, Lease held, Selection wanted, SparkSettings spark, long start)
      throws IOException {
    RunTotals summary;
    try (SecondsProgress progress = SecondsProgress.start("separating")) {
      summary =
          job.runHere(
              held,
              spark.localCores().getAsInt(),
              wanted,
              selection.maxFailures(),
              spark.hadoop(),
              progress);
    }
    return SummaryPrinter.print(spec.commandLine().getOut(), summary, "separated", start, null);
  }
}
