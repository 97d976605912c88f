package io.stemspark.cli;

import io.stemspark.internal.config.JobSettings;
import io.stemspark.internal.jobs.ExtractJob;
import org.apache.hadoop.conf.Configuration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

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
final class ExtractCommand extends CatalogueCommand<ExtractJob> {
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
      description = "Folder for the Parquet dataset: new, empty, or that of an earlier run.")
  private String output;

  ExtractCommand() {
    super("extracting", "extracted");
  }

  @Override
  String input() {
    return input;
  }

  @Override
  ExtractJob job(JobSettings settings, Configuration hadoop) {
    return ExtractJob.create(input, output, settings, hadoop);
  }
}
