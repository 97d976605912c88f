package io.stemspark.internal.stems;

import io.stemspark.bundle.ModelBundle;
import io.stemspark.internal.executor.IdleClock;
import io.stemspark.internal.onnx.InferenceSettings;
import io.stemspark.internal.onnx.Network;
import io.stemspark.internal.separation.NetworkLoader;
import io.stemspark.internal.separation.SeparationEngine;
import io.stemspark.network.InferenceBackend;
import io.stemspark.network.Precision;
import io.stemspark.separation.SeparationConfig;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * Separation with a network that all tasks of this process share; closing it gives the network
 * back. A network is loaded once. When nobody has used it for a while it is closed, because its
 * memory lies outside the Java heap.
 */
public final class BorrowedEngine implements AutoCloseable {
  /** So a network stays loaded between the tasks of a run. */
  private static final Duration IDLE = Duration.ofMinutes(1);

  private static final Map<Key, Shared> OPEN = new HashMap<>();

  private final Shared shared;
  private final SeparationEngine engine;
  private boolean returned;

  private record Key(String model, InferenceSettings runtime) {}

  private static final class Shared {
    private final List<Network> networks;
    private int users;
    private long idleSince;

    Shared(List<Network> networks) {
      this.networks = networks;
    }
  }

  static {
    IdleClock.everyMinute("networks", () -> closeIdle(IDLE));
  }

  private BorrowedEngine(Shared shared, SeparationEngine engine) {
    this.shared = shared;
    this.engine = engine;
  }

  /**
   * @param gpu the NVIDIA GPU to use, if there is one
   */
  public static BorrowedEngine of(ModelBundle bundle, SeparationContract task, OptionalInt gpu) {
    return borrow(bundle, task.separation(), task.inference(gpu));
  }

  /** The same on a processor, for a driver, which need not have the executors' GPUs. */
  public static BorrowedEngine onCpu(ModelBundle bundle, SeparationContract task) {
    SeparationConfig config = task.separation();
    // GPUs compute in floats.
    Precision precision =
        config.engine() == InferenceBackend.CUDA ? Precision.FLOAT : config.precision();
    return borrow(
        bundle,
        config,
        new InferenceSettings(
            InferenceBackend.CPU, precision, task.threads(), OptionalInt.empty()));
  }

  private static synchronized BorrowedEngine borrow(
      ModelBundle bundle, SeparationConfig config, InferenceSettings runtime) {
    Shared shared =
        OPEN.computeIfAbsent(
            new Key(bundle.hash(), runtime),
            key -> new Shared(NetworkLoader.loadAll(bundle, runtime)));
    SeparationEngine engine = SeparationEngine.of(bundle, shared.networks, config);
    shared.users++;
    return new BorrowedEngine(shared, engine);
  }

  public SeparationEngine engine() {
    return engine;
  }

  @Override
  public void close() {
    synchronized (BorrowedEngine.class) {
      if (!returned) {
        returned = true;
        shared.users--;
        shared.idleSince = System.nanoTime();
      }
    }
  }

  /** Closes the networks that nobody has used for the given time. */
  private static synchronized void closeIdle(Duration time) {
    for (Iterator<Shared> all = OPEN.values().iterator(); all.hasNext(); ) {
      Shared shared = all.next();
      if (shared.users == 0 && System.nanoTime() - shared.idleSince >= time.toNanos()) {
        all.remove();
        shared.networks.forEach(Network::close);
      }
    }
  }
}
