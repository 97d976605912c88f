package io.stemspark.jobs.steps;

import io.stemspark.bundle.BundleException;
import io.stemspark.bundle.ModelBundle;
import io.stemspark.network.Engine;
import io.stemspark.network.Network;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;

/**
 * The networks of an executor: each is loaded once, is shared by all tasks, and ends with the
 * executor.
 */
final class Networks {
  private static final Map<Key, Network> OPEN = new HashMap<>();

  private record Key(String model, Engine engine, int threads, OptionalInt card) {}

  private Networks() {}

  /** The network of a bundle, as {@link ModelBundle#open} opens it; not to be closed. */
  static synchronized Network shared(
      ModelBundle bundle, Engine engine, int threads, OptionalInt card) throws BundleException {
    Key key = new Key(bundle.hash(), engine, threads, card);
    Network network = OPEN.get(key);
    if (network == null) {
      network = bundle.open(engine, threads, card);
      OPEN.put(key, network);
    }
    return network;
  }
}
