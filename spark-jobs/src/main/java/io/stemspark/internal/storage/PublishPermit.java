package io.stemspark.internal.storage;

import java.io.IOException;

/** Is asked right before something becomes visible in the output folder, or is deleted there. */
@FunctionalInterface
public interface PublishPermit {
  /**
   * Returns if this writer may publish, and throws if it no longer may.
   *
   * @throws io.stemspark.internal.lease.LeaseLostException when another run has taken the folder
   */
  void require() throws IOException;
}
