package io.stemspark.network;

/** What computes a network. */
public enum InferenceBackend {
  /** CUDA where the program has it and the executor a GPU, else the processor. */
  AUTO,
  /** ONNX Runtime on the processor. */
  CPU,
  /** ONNX Runtime on an NVIDIA GPU; an error where there is none. */
  CUDA
}
