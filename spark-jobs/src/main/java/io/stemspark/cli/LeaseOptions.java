package io.stemspark.cli;

import io.stemspark.jobs.LeaseRequest;
import io.stemspark.jobs.settings.JobSettings;
import picocli.CommandLine.Option;

/** How a run holds its output. */
final class LeaseOptions {
  @Option(
      names = "--take-over",
      description =
          "Start although another run seems to hold the output. That run publishes nothing more.")
  private boolean takeOver;

  LeaseRequest request(JobSettings settings) {
    return new LeaseRequest(settings.lease(), takeOver);
  }
}
