package io.stemspark.internal.onnx;

import io.stemspark.network.InferenceBackend;
import io.stemspark.network.Precision;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;

/**
 * What computes a network, and how.
 *
 * @param backend what computes it
 * @param precision in what arithmetic, on a processor
 * @param threads threads, a caller's own among them, that calls share, on a processor
 * @param gpu number of the GPU to use among those that CUDA shows, if there is one
 */
public record InferenceSettings(
    InferenceBackend backend, Precision precision, int threads, OptionalInt gpu) {
  private static final Path FIRST_GPU = Path.of("/dev/nvidia0");

  public static InferenceSettings oneThread(Precision precision) {
    return new InferenceSettings(InferenceBackend.CPU, precision, 1, OptionalInt.empty());
  }

  /** All cores of this machine, or its first GPU if the backend is to use one. */
  public static InferenceSettings ofThisMachine(InferenceBackend backend, Precision precision) {
    int cores = Runtime.getRuntime().availableProcessors();
    return new InferenceSettings(backend, precision, cores, gpuOfThisMachine());
  }

  /** The first GPU of this machine, if it has one. */
  public static OptionalInt gpuOfThisMachine() {
    return Files.exists(FIRST_GPU) ? OptionalInt.of(0) : OptionalInt.empty();
  }

  /**
   * The backend that {@link InferenceBackend#AUTO} stands for here, or the one that was asked for.
   * 8-bit arithmetic is for processors.
   */
  public InferenceBackend resolvedBackend() {
    if (backend != InferenceBackend.AUTO) {
      return backend;
    }
    boolean useGpu = gpu.isPresent() && precision != Precision.INT8 && OnnxNetwork.hasCuda();
    return useGpu ? InferenceBackend.CUDA : InferenceBackend.CPU;
  }
}
