package io.stemspark.cli;

import io.stemspark.internal.averaging.TrainJob;
import io.stemspark.internal.averaging.TrainingLog;
import io.stemspark.internal.config.JobSettings;
import io.stemspark.internal.lease.Lease;
import io.stemspark.internal.session.SparkSettings;
import io.stemspark.internal.text.SafeText;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.spark.api.java.JavaSparkContext;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "train",
    description = "Fit the U-Net to a feature dataset and write a model bundle.",
    mixinStandardHelpOptions = true,
    versionProvider = Versions.class,
    footerHeading = "%nExamples:%n",
    footer = {
      "  stemspark train features model.bundle --conf demo/demo.conf",
      "  stemspark train features model.bundle --resume",
      "  stemspark train s3a://music/features s3a://music/model.bundle \\",
      "      --conf conf/s3.conf --set stemspark.training.epochs=100"
    })
final class TrainCommand implements Callable<Integer> {
  @Parameters(
      index = "0",
      paramLabel = "FEATURES",
      description = "Feature dataset, as extract writes it.")
  private String features;

  @Parameters(index = "1", paramLabel = "BUNDLE", description = "The model bundle to write.")
  private String output;

  @Option(
      names = "--from",
      paramLabel = "BUNDLE",
      description =
          "Train the network of this bundle further, with fresh steps of the optimizer. Its sizes"
              + " replace those of the settings.")
  private Optional<String> from = Optional.empty();

  @Option(
      names = "--resume",
      description = "Resume a training of this bundle that was killed, if there is one.")
  private boolean resume;

  @Option(
      names = "--dry-run",
      description = "Say what would be trained, with how many workers, and train nothing.")
  private boolean dryRun;

  @Mixin private LeaseOptions lease;
  @Mixin private RunOptions options;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    JobSettings settings = options.settings();
    SparkSettings plain = options.spark("train", settings);
    TrainJob job = TrainJob.create(features, output, from, resume, settings, plain.hadoop());
    SparkSettings spark = plain.forTraining(job.settings().workerBytes());
    PrintWriter out = spec.commandLine().getOut();
    if (dryRun) {
      try (JavaSparkContext context = spark.start()) {
        out.println(job.dryRun(context).describe());
      }
      return Main.DONE;
    }
    try (Lease held = job.lease(lease.request(settings), spark.hadoop());
        JavaSparkContext context = spark.start()) {
      int epochs = settings.training().epochs();
      out.println("network: " + job.network());
      job.run(context, held, new TrainingProgress(out, RunningLine.isWatched(), epochs));
    }
    out.println("wrote " + SafeText.line(output));
    out.println("curves: " + SafeText.line(TrainingLog.page(output)));
    out.flush();
    return Main.DONE;
  }
}
