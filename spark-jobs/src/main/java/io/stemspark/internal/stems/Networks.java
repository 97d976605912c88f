package io.stemspark.internal.stems;

import io.stemspark.bundle.ModelBundle;
import io.stemspark.internal.executor.IdleClock;
import io.stemspark.internal.onnx.InferenceSettings;
import io.stemspark.internal.onnx.Network;
import io.stemspark.internal.separation.NetworkLoader;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;

/**
 * The networks of a process. Each is loaded once and shared by all tasks that use it at the same
 * time. A network that nobody has used for a while is closed, because its memory lies outside the
 * Java heap.
 */
final class Networks {
  /** So a network stays loaded between the tasks of a run. */
  private static final Duration IDLE = Duration.ofMinutes(1);

  private static final Map<Key, Shared> OPEN = new HashMap<>();

  private record Key(String model, InferenceSettings runtime) {}

  private static final class Shared {
    private final Network network;
    private int users;
    private long idleSince;

    Shared(Network network) {
      this.network = network;
    }
  }

  /** A network that somebody uses; closing it gives it back. */
  static final class Borrowed implements AutoCloseable {
    private final Shared shared;
    private boolean returned;

    private Borrowed(Shared shared) {
      this.shared = shared;
    }

    Network network() {
      return shared.network;
    }

    @Override
    public void close() {
      if (!returned) {
        returned = true;
        giveBack(shared);
      }
    }
  }

  static {
    IdleClock.everyMinute("networks", () -> closeIdle(IDLE));
  }

  private Networks() {}

  /** Lends the network of a bundle, and loads it if need be. */
  static synchronized Borrowed borrow(ModelBundle bundle, InferenceSettings runtime) {
    Key key = new Key(bundle.hash(), runtime);
    Shared shared = OPEN.get(key);
    if (shared == null) {
      shared = new Shared(NetworkLoader.load(bundle, runtime));
      OPEN.put(key, shared);
    }
    shared.users++;
    return new Borrowed(shared);
  }

  private static synchronized void giveBack(Shared shared) {
    shared.users--;
    shared.idleSince = System.nanoTime();
  }

  /** Closes the networks that nobody has used for the given time. */
  static synchronized void closeIdle(Duration time) {
    for (Iterator<Shared> all = OPEN.values().iterator(); all.hasNext(); ) {
      Shared shared = all.next();
      if (shared.users == 0 && System.nanoTime() - shared.idleSince >= time.toNanos()) {
        all.remove();
        shared.network.close();
      }
    }
  }
}
