package io.stemspark.network;

import java.util.OptionalInt;

/**
 * What computes a network, and how.
 *
 * @param engine what computes it
 * @param precision in what arithmetic, on a processor
 * @param threads threads that share one call's work, on a processor
 * @param card the CUDA card that was assigned, if any
 */
public record NetworkRuntime(Engine engine, Precision precision, int threads, OptionalInt card) {
  /** One thread of a processor. */
  public static NetworkRuntime oneThread(Precision precision) {
    return new NetworkRuntime(Engine.CPU, precision, 1, OptionalInt.empty());
  }

  /** The engine that {@link Engine#AUTO} stands for here, or the one that was asked for. */
  public Engine resolvedEngine() {
    return engine == Engine.AUTO ? OnnxNetwork.bestEngine(card.isPresent()) : engine;
  }
}
