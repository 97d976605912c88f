package io.stemspark.network;

import java.util.OptionalInt;

/**
 * What computes a network, and how.
 *
 * @param engine what computes it
 * @param precision in what arithmetic, on a processor
 * @param threads threads, a caller's own among them, that calls share, on a processor
 * @param card the CUDA card to use, if there is one
 */
public record NetworkRuntime(Engine engine, Precision precision, int threads, OptionalInt card) {
  /** One thread of a processor. */
  public static NetworkRuntime oneThread(Precision precision) {
    return new NetworkRuntime(Engine.CPU, precision, 1, OptionalInt.empty());
  }

  /**
   * The engine that {@link Engine#AUTO} stands for here, or the one that was asked for. 8-bit
   * arithmetic is a processor's.
   */
  public Engine resolvedEngine() {
    boolean useCard = card.isPresent() && precision != Precision.INT8 && OnnxNetwork.hasCuda();
    return engine == Engine.AUTO ? (useCard ? Engine.CUDA : Engine.CPU) : engine;
  }
}
