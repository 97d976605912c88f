package io.stemspark.cli;

import io.stemspark.bundle.ModelBundle;
import io.stemspark.internal.config.JobSettings;
import io.stemspark.internal.jobs.Hearing;
import io.stemspark.internal.pipeline.BundleOutput;
import io.stemspark.internal.pipeline.Inputs;
import io.stemspark.run.InputException;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How a new bundle is heard and written. */
final class NewBundleOptions {
  @Option(
      names = "--clips",
      paramLabel = "FOLDER",
      defaultValue = "${sys:stemspark.clips}",
      description =
          "Clips on which the model is heard before it is written: folders with mixture.* and the stems that are known. Default: those of this installation's demo.")
  private Path clips;

  @Option(
      names = "--page",
      paramLabel = "FILE",
      description = "Write a page with pictures of what was heard.")
  private Path page;

  @Mixin private LeaseOptions lease;

  /** Hears and writes a bundle; prints its manifest and, as an error, what was heard. */
  void write(
      ModelBundle made,
      String bundle,
      JobSettings settings,
      Configuration hadoop,
      CommandLine terminal)
      throws IOException {
    if (page != null && clips == null) {
      throw new InputException("--page needs clips to show. Name a folder of some with --clips.");
    }
    Inputs.check(
        () -> {
          Inputs.requireWritableParent(bundle, hadoop);
          return null;
        });
    Hearing heard = clips == null ? null : Inputs.check(() -> Hearing.of(made, clips));
    try (BundleOutput output = new BundleOutput(bundle, lease.request(settings), hadoop)) {
      output.write(made::write);
    }
    terminal.getOut().println(made.describe());
    if (heard != null) {
      terminal.getErr().println(heard.text());
    }
    if (page != null) {
      heard.writePage(page);
    }
  }
}
