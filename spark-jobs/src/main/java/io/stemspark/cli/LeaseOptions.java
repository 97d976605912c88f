package io.stemspark.cli;

import io.stemspark.internal.config.JobSettings;
import io.stemspark.internal.lease.LeaseRequest;
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
