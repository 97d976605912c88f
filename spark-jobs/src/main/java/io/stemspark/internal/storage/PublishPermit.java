package io.stemspark.internal.storage;

import java.io.IOException;

/** What is asked right before something becomes visible in the output folder, or goes there. */
@FunctionalInterface
public interface PublishPermit {
  /**
   * Returns where this writer may publish; throws where it may not any more.
   *
   * @throws io.stemspark.internal.lease.LeaseLostException when another run has taken the folder
   */
  void require() throws IOException;
}
