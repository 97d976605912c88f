package io.stemspark.jobs.ledger;

import java.io.IOException;

/** What is asked right before something becomes visible in the output folder, or goes there. */
@FunctionalInterface
public interface PublishPermit {
  /**
   * Returns where this writer may publish; throws where it may not any more.
   *
   * @throws io.stemspark.jobs.lease.LeaseLostException when another run has taken the folder
   */
  void require() throws IOException;
}
