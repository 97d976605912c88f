package io.stemspark.cli;

import io.stemspark.jobs.plan.Selection;
import io.stemspark.settings.SettingException;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Option;

/** Which tracks a run takes on. */
final class SelectionOptions {
  @Option(
      names = "--retry-failed",
      description = "Try tracks again that could not be read in an earlier run.")
  private boolean retryFailed;

  @Option(
      names = "--only-new",
      description =
          "Leave what an earlier run has done, even if the input, the model or settings changed.")
  private boolean onlyNew;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "9223372036854775807",
      showDefaultValue = Visibility.NEVER,
      description = "Take on N tracks at most.")
  private long limit;

  @Option(
      names = "--max-failures",
      paramLabel = "N",
      defaultValue = "9223372036854775807",
      showDefaultValue = Visibility.NEVER,
      description = "Stop when more than N tracks have failed. Default: go on.")
  private long maxFailures;

  @Option(names = "--dry-run", description = "Say what would be done, and do nothing.")
  private boolean dryRun;

  Selection selection() {
    if (limit < 1) {
      throw new SettingException("--limit %d: expected 1 or more".formatted(limit));
    }
    return new Selection(retryFailed, onlyNew, limit);
  }

  long maxFailures() {
    if (maxFailures < 0) {
      throw new SettingException("--max-failures %d: expected 0 or more".formatted(maxFailures));
    }
    return maxFailures;
  }

  boolean isDryRun() {
    return dryRun;
  }
}
