package io.stemspark.internal.stems;

import io.stemspark.bundle.ModelBundle;
import io.stemspark.internal.separation.SeparationEngine;
import java.util.OptionalInt;

/**
 * Separation with a network that all tasks of this process share; closing it gives the network
 * back.
 */
public record BorrowedEngine(SeparationEngine engine, Networks.Borrowed network)
    implements AutoCloseable {
  /**
   * @param gpu the NVIDIA GPU to use, if there is one
   */
  public static BorrowedEngine of(ModelBundle bundle, SeparationContract task, OptionalInt gpu) {
    Networks.Borrowed network = Networks.borrow(bundle, task.inference(gpu));
    return new BorrowedEngine(
        SeparationEngine.of(bundle, network.network(), task.separation()), network);
  }

  @Override
  public void close() {
    network.close();
  }
}
