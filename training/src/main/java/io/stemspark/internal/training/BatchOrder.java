package io.stemspark.internal.training;

/** Derives the seed of an epoch's batches from that of the training. */
final class BatchOrder {
  private BatchOrder() {}

  /** The seed of an epoch: a hash of both, so that no two trainings have an epoch in common. */
  static long seedOf(long seed, int epoch) {
    return mix(mix(seed) + epoch);
  }

  /** The finalizer of SplitMix64 (Steele, Lea and Flood, 2014), after one step of its sequence. */
  private static long mix(long value) {
    long z = value + 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
