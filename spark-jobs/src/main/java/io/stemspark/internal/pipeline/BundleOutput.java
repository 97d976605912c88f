package io.stemspark.internal.pipeline;

import io.stemspark.internal.lease.Lease;
import io.stemspark.internal.lease.LeaseRequest;
import io.stemspark.internal.storage.AtomicFiles;
import io.stemspark.internal.storage.HiddenFiles;
import io.stemspark.internal.storage.Locations;
import io.stemspark.internal.storage.Retries;
import io.stemspark.run.InputException;
import java.io.IOException;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * Writes a bundle that no training makes. If a training has a folder for this bundle, the writer
 * holds that folder's lease.
 */
public final class BundleOutput implements AutoCloseable {
  private static final String JOB = "bundle";

  private final String bundle;
  private final LeaseRequest request;
  private final Configuration configuration;
  private Optional<Lease> lease = Optional.empty();

  /**
   * @throws InputException when a training of the bundle is at work
   */
  public BundleOutput(String bundle, LeaseRequest request, Configuration configuration) {
    this.bundle = bundle;
    this.request = request;
    this.configuration = configuration;
    hold();
  }

  /**
   * Takes the lease of the training's folder, unless it is held already or there is no such folder.
   *
   * @throws InputException when a training of the bundle is at work
   */
  public void hold() {
    if (lease.isPresent()) {
      return;
    }
    Inputs.check(
        () -> {
          Path folder = Locations.trainingFolder(bundle);
          if (Retries.call(() -> folder.getFileSystem(configuration).exists(folder))) {
            lease = Optional.of(Inputs.lease(folder, JOB, request, configuration));
          }
          return lease;
        });
  }

  /** Writes the bundle. */
  public void write(AtomicFiles.Content content) throws IOException {
    Path file = Locations.of(bundle);
    if (lease.isPresent()) {
      lease.get().fence().write(file, configuration, content);
    } else {
      HiddenFiles.deleteAbandoned(file.getParent(), configuration);
      AtomicFiles.write(file, configuration, content);
    }
  }

  @Override
  public void close() {
    lease.ifPresent(Lease::close);
  }
}
