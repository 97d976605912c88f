package io.stemspark.cli;

import io.stemspark.bundle.ModelBundle;
import io.stemspark.internal.config.JobSettings;
import io.stemspark.internal.jobs.Hearing;
import io.stemspark.internal.pipeline.BundleOutput;
import io.stemspark.internal.pipeline.Inputs;
import io.stemspark.network.Stem;
import io.stemspark.run.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How a new bundle is heard and written. */
final class NewBundleOptions {
  @Option(
      names = "--residual",
      paramLabel = "NAME",
      description = {
        "The stem that is what the others leave of the mixture.",
        "Default: other or the accompaniment, if estimated; else a stem of that name."
      })
  private String residual;

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

  /** Empty for the usual one. */
  Optional<Stem> residual() {
    return Optional.ofNullable(residual).map(Stem::new);
  }

  /**
   * Checks what can be checked before networks are tried, which takes minutes of large ones.
   *
   * @throws InputException when something cannot be used
   */
  void require(String bundle, Configuration hadoop) {
    if (page != null && clips == null) {
      throw new InputException("--page needs clips to show. Name a folder of some with --clips.");
    }
    Inputs.check(
        () -> {
          Inputs.requireWritableParent(bundle, hadoop);
          if (clips != null) {
            Hearing.requireClips(clips);
          }
          if (page != null && !Files.isDirectory(page.toAbsolutePath().getParent())) {
            throw new IOException("--page %s: There is no such folder.".formatted(page));
          }
          return null;
        });
  }

  /** Hears and writes a bundle; prints its manifest and, as an error, what was heard. */
  void write(
      ModelBundle made,
      String bundle,
      JobSettings settings,
      Configuration hadoop,
      CommandLine terminal)
      throws IOException {
    Hearing heard =
        clips == null ? null : Inputs.check(() -> Hearing.of(made, clips, page != null));
    try (BundleOutput output = new BundleOutput(bundle, lease.request(settings), hadoop)) {
      output.write(made::write);
    }
    terminal.getOut().println(made.describe());
    terminal
        .getErr()
        .println(
            heard == null
                ? "It was not heard: there are no clips here. Name a folder of some with --clips."
                : heard.text());
    if (page != null) {
      heard.writePage(page);
    }
  }
}
