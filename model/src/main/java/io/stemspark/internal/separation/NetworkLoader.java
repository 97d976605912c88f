package io.stemspark.internal.separation;

import io.stemspark.bundle.ModelBundle;
import io.stemspark.internal.onnx.InferenceSettings;
import io.stemspark.internal.onnx.Network;
import io.stemspark.internal.onnx.OnnxNetwork;
import io.stemspark.network.InferenceBackend;
import io.stemspark.network.NetworkSpec;
import io.stemspark.network.Precision;
import java.util.Locale;

/** Loads the networks of bundles. */
public final class NetworkLoader {
  private NetworkLoader() {}

  /**
   * Loads a bundle's network; the caller closes it.
   *
   * @throws IllegalArgumentException when the bundle has nothing for these settings
   * @throws IllegalStateException when the GPU that they ask for cannot be used
   */
  public static Network load(ModelBundle bundle, InferenceSettings settings) {
    NetworkSpec spec = bundle.manifest().network();
    InferenceBackend backend = settings.resolvedBackend();
    if (settings.precision() == Precision.INT8 && backend != InferenceBackend.CPU) {
      throw new IllegalArgumentException(
          "precision = int8 is for processors, but the engine is %s."
              .formatted(backend.name().toLowerCase(Locale.ROOT)));
    }
    return switch (backend) {
      case CUDA -> OnnxNetwork.onCuda(bundle.onnx(), spec, settings.gpu().orElse(0));
      case CPU -> OnnxNetwork.onCpu(model(bundle, settings.precision()), spec, settings.threads());
      case AUTO -> throw new IllegalStateException("The engine auto was not resolved.");
    };
  }

  /**
   * The model with which a processor computes in some precision.
   *
   * @throws IllegalArgumentException when the bundle has none
   */
  public static byte[] model(ModelBundle bundle, Precision precision) {
    return switch (precision) {
      case FLOAT -> bundle.onnx();
      case AUTO -> bundle.int8().orElseGet(bundle::onnx);
      case INT8 ->
          bundle
              .int8()
              .orElseThrow(
                  () ->
                      new IllegalArgumentException(
                          "The bundle has no 8-bit model, which precision = int8 needs (see"
                              + " stemspark bundle quantize)."));
    };
  }
}
