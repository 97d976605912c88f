package io.stemspark.cli;

import io.stemspark.internal.averaging.QuantizeJob;
import io.stemspark.internal.config.JobSettings;
import io.stemspark.internal.jobs.BundleLook;
import io.stemspark.internal.session.SparkSettings;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "bundle",
    description = "Look into model bundles, and make some of networks trained elsewhere.",
    mixinStandardHelpOptions = true,
    versionProvider = Versions.class,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      BundleCommand.Show.class,
      BundleCommand.Listing.class,
      BundleImportCommand.class,
      BundleJoinCommand.class,
      BundleCommand.Quantize.class
    })
final class BundleCommand {
  @Command(
      name = "show",
      description = "Print a bundle's manifest, after every check that a run makes.",
      mixinStandardHelpOptions = true)
  static final class Show implements Callable<Integer> {
    @Parameters(paramLabel = "BUNDLE", description = "The bundle.")
    private String bundle;

    @Mixin private RunOptions options;
    @Spec private CommandSpec spec;

    @Override
    public Integer call() {
      Configuration hadoop = options.spark("bundle show", options.settings()).hadoop();
      BundleLook.Shown shown = BundleLook.show(bundle, hadoop);
      spec.commandLine().getOut().println(shown.manifest());
      // Beside the JSON, which programs may read.
      spec.commandLine().getErr().println(shown.cost());
      return Main.DONE;
    }
  }

  @Command(
      name = "list",
      description = "List the bundles (*.bundle) of a folder: stems, networks, licences, sources.",
      mixinStandardHelpOptions = true)
  static final class Listing implements Callable<Integer> {
    @Parameters(paramLabel = "FOLDER", description = "The folder.")
    private String folder;

    @Mixin private RunOptions options;
    @Spec private CommandSpec spec;

    @Override
    public Integer call() {
      Configuration hadoop = options.spark("bundle list", options.settings()).hadoop();
      BundleLook.list(folder, hadoop).forEach(spec.commandLine().getOut()::println);
      return Main.DONE;
    }
  }

  @Command(
      name = "quantize",
      description = {
        "Add an 8-bit model, up to three times as fast on processors. train does so by itself.",
        "It is refused if it loses more than 0.1 dB on the dataset's validation split."
      },
      mixinStandardHelpOptions = true)
  static final class Quantize implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "BUNDLE", description = "A bundle that train has made.")
    private String bundle;

    @Parameters(
        index = "1",
        paramLabel = "FEATURES",
        description = "Feature dataset with a training and a validation split.")
    private String features;

    @Parameters(index = "2", paramLabel = "OUTPUT", description = "The bundle to write.")
    private String output;

    @Mixin private LeaseOptions lease;
    @Mixin private RunOptions options;
    @Spec private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
      JobSettings settings = options.settings();
      SparkSettings spark = options.spark("bundle quantize", settings);
      QuantizeJob job = QuantizeJob.create(bundle, features, output, settings, spark.hadoop());
      try (JavaSparkContext context = spark.start()) {
        spec.commandLine().getOut().println(job.run(context, lease.request(settings)));
      }
      return Main.DONE;
    }
  }
}
