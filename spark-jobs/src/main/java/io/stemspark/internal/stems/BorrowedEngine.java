package io.stemspark.internal.stems;

import io.stemspark.bundle.ModelBundle;
import io.stemspark.internal.onnx.InferenceSettings;
import io.stemspark.internal.separation.SeparationEngine;
import io.stemspark.network.InferenceBackend;
import io.stemspark.network.Precision;
import io.stemspark.separation.SeparationConfig;
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
    return of(bundle, task, task.inference(gpu));
  }

  /** The same on a processor, for a driver, which need not have the executors' GPUs. */
  public static BorrowedEngine onCpu(ModelBundle bundle, SeparationContract task) {
    SeparationConfig config = task.separation();
    // GPUs compute in floats.
    Precision precision =
        config.engine() == InferenceBackend.CUDA ? Precision.FLOAT : config.precision();
    return of(
        bundle,
        task,
        new InferenceSettings(
            InferenceBackend.CPU, precision, task.threads(), OptionalInt.empty()));
  }

  private static BorrowedEngine of(
      ModelBundle bundle, SeparationContract task, InferenceSettings runtime) {
    Networks.Borrowed network = Networks.borrow(bundle, runtime);
    return new BorrowedEngine(
        SeparationEngine.of(bundle, network.network(), task.separation()), network);
  }

  @Override
  public void close() {
    network.close();
  }
}
