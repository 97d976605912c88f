package io.stemspark.cli;

import io.stemspark.internal.plan.Selection;
import io.stemspark.settings.SettingException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Option;

/** Which tracks a run takes on. */
final class SelectionOptions {
  @Option(
      names = "--retry-failed",
      description =
          "Try tracks again that failed by themselves in an earlier run, such as files that could"
              + " not be read.")
  private boolean retryFailed;

  @Option(
      names = "--only-new",
      description =
          "Leave what an earlier run has done, even if the input, the model or settings changed.")
  private boolean onlyNew;

  @Option(
      names = "--since",
      paramLabel = "TIME",
      description =
          "Leave tracks whose files are all older, for example 2026-11-01 or 2026-11-01T06:00:00Z.")
  private String since;

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
      throw new SettingException("--limit is %d. Expected 1 or more.".formatted(limit));
    }
    maxFailures();
    return new Selection(retryFailed, onlyNew, sinceMillis(), limit);
  }

  /** A day begins when it does in the time zone of this machine. */
  private long sinceMillis() {
    if (since == null) {
      return Long.MIN_VALUE;
    }
    try {
      return since.indexOf('T') < 0
          ? LocalDate.parse(since).atStartOfDay(ZoneId.systemDefault()).toInstant().toEpochMilli()
          : Instant.parse(since).toEpochMilli();
    } catch (DateTimeException | ArithmeticException e) {
      throw new SettingException(
          "--since is %s. Expected a day such as 2026-11-01, or a time such as 2026-11-01T06:00:00Z."
              .formatted(since));
    }
  }

  long maxFailures() {
    if (maxFailures < 0) {
      throw new SettingException(
          "--max-failures is %d. Expected 0 or more.".formatted(maxFailures));
    }
    return maxFailures;
  }

  boolean isDryRun() {
    return dryRun;
  }
}
