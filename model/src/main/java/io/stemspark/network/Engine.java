package io.stemspark.network;

/** What computes a network. */
public enum Engine {
  /** CUDA where the program has it and the executor a card, else the processor. */
  AUTO,
  /** ONNX Runtime on the processor. */
  CPU,
  /** ONNX Runtime on an NVIDIA card; an error where there is none. */
  CUDA
}
