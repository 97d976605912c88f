package io.stemspark.cli;

import io.stemspark.internal.config.JobSettings;
import io.stemspark.internal.jobs.SeparateJob;
import io.stemspark.internal.journal.RunTotals;
import io.stemspark.internal.lease.Lease;
import io.stemspark.internal.plan.Selection;
import io.stemspark.internal.session.SparkSettings;
import io.stemspark.internal.session.SparkStart;
import io.stemspark.run.InputException;
import java.io.IOException;
import java.util.Optional;
import java.util.function.DoubleConsumer;
import org.apache.hadoop.conf.Configuration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

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
final class SeparateCommand extends CatalogueCommand<SeparateJob> {
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
  private Optional<String> output = Optional.empty();

  @Option(
      names = "--model",
      paramLabel = "BUNDLE",
      defaultValue = "${sys:stemspark.model}",
      description = "Model bundle. Default: the starter bundle of this installation.")
  private String model;

  @Option(
      names = "--as-corpus",
      description =
          "Write a corpus to train on, in MUSDB18's layout:"
              + " OUTPUT/<split>/<track>/{mixture,vocals,accompaniment}.wav. Tracks of no split go to"
              + " train.")
  private boolean asCorpus;

  SeparateCommand() {
    super("separating", "separated");
  }

  @Override
  SeparateJob job(JobSettings settings, Configuration hadoop) {
    return SeparateJob.create(
        new SeparateJob.Request(input, output, model),
        asCorpus ? settings.asCorpus() : settings,
        hadoop);
  }

  @Override
  String input() {
    if (model == null || model.isEmpty() || model.startsWith("${")) {
      throw new InputException(
          "There is no model. Name a bundle with --model. (The launcher ./stemspark has a starter"
              + " bundle.)");
    }
    return input;
  }

  /** One track on one machine needs no Spark, whose start takes longer than a short track. */
  @Override
  int run(SeparateJob job, Lease held, Selection wanted, SparkSettings spark, SparkStart start)
      throws IOException {
    if (!job.isOneTrack() || spark.localCores().isEmpty()) {
      return super.run(job, held, wanted, spark, start);
    }
    int cores = spark.localCores().getAsInt();
    RunningLine line = new RunningLine(out(), RunningLine.isWatched());
    RunTotals totals =
        job.runHere(held, cores, wanted, maxFailures(), spark.hadoop(), progress(line));
    line.clear();
    return print(totals, null);
  }

  private static DoubleConsumer progress(RunningLine line) {
    long start = System.nanoTime();
    return audio -> {
      double seconds = (System.nanoTime() - start) / 1e9;
      line.show(
          seconds,
          () ->
              "separating: %s of audio, %.1f times real time"
                  .formatted(RunningLine.words(audio), audio / seconds));
    };
  }
}
