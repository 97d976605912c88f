package io.stemspark.unet;

/** What computes the network's passes in training. */
public enum Compute {
  /** ND4J, layer by layer: the reference. */
  ND4J,
  /** libtorch, in one layer of Deeplearning4j's graph. */
  TORCH
}
