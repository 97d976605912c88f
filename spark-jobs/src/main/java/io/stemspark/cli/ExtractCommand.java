package io.stemspark.cli;

import io.stemspark.jobs.ExtractJob;
import io.stemspark.jobs.ledger.Summary;
import io.stemspark.jobs.settings.JobSettings;
import io.stemspark.jobs.settings.SparkSettings;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "extract",
    description = "Turn a corpus with known stems into a feature dataset for training.",
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
          "Folder tree: [<split>/]<track>/{mixture,vocals,accompaniment}.*, or MUSDB18's.")
  private String input;

  @Parameters(
      index = "1",
      paramLabel = "OUTPUT",
      description = "A new or empty folder for the Parquet dataset.")
  private String output;

  @Mixin private RunOptions options;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    JobSettings settings = options.settings();
    SparkSettings spark = options.spark("extract", settings);
    ExtractJob job =
        ExtractJob.plan(
            input, output, settings.decoding(), settings.stft(), settings.patch(), spark.hadoop());
    long start = System.nanoTime();
    Summary summary;
    try (SparkSession session = spark.start()) {
      summary = TaskProgress.during(session, "extracting", () -> job.run(session));
    }
    return RunReport.print(spec.commandLine().getOut(), summary, "extracted", start);
  }
}
