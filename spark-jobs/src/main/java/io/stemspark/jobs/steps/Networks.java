package io.stemspark.jobs.steps;

import io.stemspark.bundle.BundleException;
import io.stemspark.bundle.ModelBundle;
import io.stemspark.network.Network;
import io.stemspark.network.NetworkRuntime;
import java.util.HashMap;
import java.util.Map;

/**
 * The networks of an executor: each is loaded once, is shared by all tasks, and ends with the
 * executor.
 */
final class Networks {
  private static final Map<Key, Network> OPEN = new HashMap<>();

  private record Key(String model, NetworkRuntime runtime) {}

  private Networks() {}

  /** The network of a bundle; not to be closed. */
  static synchronized Network shared(ModelBundle bundle, NetworkRuntime runtime)
      throws BundleException {
    Key key = new Key(bundle.hash(), runtime);
    Network network = OPEN.get(key);
    if (network == null) {
      network = bundle.open(runtime);
      OPEN.put(key, network);
    }
    return network;
  }
}
