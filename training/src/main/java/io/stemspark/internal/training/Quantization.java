package io.stemspark.internal.training;

import io.stemspark.bundle.BundleException;
import io.stemspark.bundle.ModelBundle;
import io.stemspark.bundle.Origin;
import io.stemspark.internal.export.ActivationRanges;
import io.stemspark.internal.export.OnnxExport;
import io.stemspark.network.NetworkSpec;
import io.stemspark.patch.PatchConfig;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.deeplearning4j.nn.graph.ComputationGraph;

/** A trained network in 8-bit arithmetic, and what that costs. */
public final class Quantization {
  /** In dB. A model that loses more is not worth its speed. */
  public static final double MAX_LOSS = 0.1;

  private static final int CALIBRATION_PATCHES = 32;

  private Quantization() {}

  /**
   * Quantizes a network by the ranges that its activations take on patches of the training split,
   * and scores it on the validation split.
   *
   * @param network the bundle's
   * @param validationPatches to score it on, at most
   * @return the bundle with an 8-bit model; nothing when that loses too much, or there is no
   *     validation split to prove it on
   * @throws BundleException when the network was fitted elsewhere
   */
  public static Optional<ModelBundle> of(
      ModelBundle bundle, ComputationGraph network, TrainingSource source, int validationPatches)
      throws IOException {
    if (!(bundle.manifest().origin() instanceof Origin.Fitted fitted)) {
      throw new BundleException("only networks that were fitted here are quantized");
    }
    List<StemPatch> validation = source.validation(validationPatches);
    if (validation.isEmpty()) {
      return Optional.empty();
    }
    PatchConfig patch = bundle.manifest().patch();
    List<float[]> mixtures = new ArrayList<>();
    for (StemPatch example : source.sample(CALIBRATION_PATCHES)) {
      float[] magnitudes = new float[patch.size()];
      example.mixture().magnitudes(magnitudes, 0);
      mixtures.add(magnitudes);
    }
    byte[] reference = OnnxExport.export(network, fitted.unet(), patch);
    ActivationRanges ranges =
        ActivationRanges.measure(reference, NetworkSpec.unet(patch), mixtures);
    byte[] model = OnnxExport.exportBytes(network, fitted.unet(), patch, ranges);
    double sdr = PatchScores.score(model, patch, validation).sdr();
    double loss = PatchScores.score(reference, patch, validation).sdr() - sdr;
    return loss <= MAX_LOSS
        ? Optional.of(
            bundle.withBytes(model, Map.of("int8_validation_sdr_db", sdr, "int8_loss_db", loss)))
        : Optional.empty();
  }
}
