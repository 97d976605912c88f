package io.stemspark.cli;

import io.stemspark.internal.config.JobSettings;
import io.stemspark.internal.session.SparkSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** What every job takes. */
final class RunOptions {
  @Option(
      names = "--conf",
      paramLabel = "FILE",
      description = "Settings file; may be given more than once, later ones win.")
  private List<Path> files = new ArrayList<>();

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "One setting, for example stemspark.training.epochs=5; wins over files.")
  private List<String> assignments = new ArrayList<>();

  @Option(
      names = "--master",
      paramLabel = "URL",
      description =
          "Spark master. Default: spark-submit's, or local[*], all cores of this machine.")
  private Optional<String> master = Optional.empty();

  JobSettings settings() {
    return JobSettings.load(files, assignments);
  }

  SparkSettings spark(String name, JobSettings settings) {
    return new SparkSettings("stemspark " + name, master, settings.spark());
  }
}
