package io.stemspark.internal.separation;

import io.stemspark.bundle.Manifest.Member;
import io.stemspark.bundle.ModelBundle;
import io.stemspark.internal.onnx.InferenceSettings;
import io.stemspark.internal.onnx.Network;
import io.stemspark.internal.onnx.OnnxNetwork;
import io.stemspark.network.InferenceBackend;
import io.stemspark.network.NetworkSpec;
import io.stemspark.network.Precision;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Loads the networks of bundles. */
public final class NetworkLoader {
  private NetworkLoader() {}

  /**
   * Loads a bundle's networks, in the order of its manifest; the caller closes them.
   *
   * @throws IllegalArgumentException when the bundle has nothing for these settings
   * @throws IllegalStateException when the GPU that they ask for cannot be used
   */
  public static List<Network> loadAll(ModelBundle bundle, InferenceSettings settings) {
    List<Network> networks = new ArrayList<>();
    try {
      for (Member member : bundle.manifest().members()) {
        networks.add(load(bundle, member, settings));
      }
      return networks;
    } catch (RuntimeException e) {
      networks.forEach(Network::close);
      throw e;
    }
  }

  /**
   * Loads a bundle's only network; the caller closes it.
   *
   * @throws IllegalArgumentException when the bundle has nothing for these settings
   * @throws IllegalStateException when the GPU that they ask for cannot be used
   */
  public static Network load(ModelBundle bundle, InferenceSettings settings) {
    return load(bundle, bundle.manifest().members().get(0), settings);
  }

  private static Network load(ModelBundle bundle, Member member, InferenceSettings settings) {
    NetworkSpec spec = member.network();
    String name = member.name();
    InferenceBackend backend = settings.resolvedBackend();
    if (settings.precision() == Precision.INT8 && backend != InferenceBackend.CPU) {
      throw new IllegalArgumentException(
          "precision = int8 is for processors, but the engine is %s."
              .formatted(backend.name().toLowerCase(Locale.ROOT)));
    }
    return switch (backend) {
      case CUDA -> OnnxNetwork.onCuda(bundle.onnx(name), spec, settings.gpu().orElse(0));
      case CPU ->
          OnnxNetwork.onCpu(model(bundle, name, settings.precision()), spec, settings.threads());
      case AUTO -> throw new IllegalStateException("The engine auto was not resolved.");
    };
  }

  /**
   * Checks that a processor can compute a bundle in some precision.
   *
   * @throws IllegalArgumentException when it has no model for that
   */
  public static void requireHas(ModelBundle bundle, Precision precision) {
    bundle.manifest().members().forEach(member -> model(bundle, member.name(), precision));
  }

  private static byte[] model(ModelBundle bundle, String member, Precision precision) {
    return switch (precision) {
      case FLOAT -> bundle.onnx(member);
      case AUTO -> bundle.int8(member).orElseGet(() -> bundle.onnx(member));
      case INT8 ->
          bundle
              .int8(member)
              .orElseThrow(
                  () ->
                      new IllegalArgumentException(
                          "The bundle has no 8-bit model, which precision = int8 needs (see"
                              + " stemspark bundle quantize)."));
    };
  }
}
