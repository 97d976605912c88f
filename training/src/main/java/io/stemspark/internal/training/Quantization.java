package io.stemspark.internal.training;

import io.stemspark.internal.export.ActivationRanges;
import io.stemspark.internal.export.OnnxExport;
import io.stemspark.network.NetworkSpec;
import io.stemspark.network.UNetConfig;
import io.stemspark.patch.PatchConfig;
import io.stemspark.spectrogram.Spectrogram;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.graph.ComputationGraph;

/** A trained network in 8-bit arithmetic, and what that costs. */
public final class Quantization {
  /** A model that loses more is not worth its speed. */
  public static final double MAX_LOSS = 0.1;

  private static final int CALIBRATION_PATCHES = 32;

  private final byte[] model;
  private final double sdr;
  private final double loss;

  private Quantization(byte[] model, double sdr, double loss) {
    this.model = model;
    this.sdr = sdr;
    this.loss = loss;
  }

  /**
   * Quantizes a network by the ranges that its activations take on patches of the training split,
   * and scores it on the validation split.
   *
   * @param validationPatches to score it on, at most
   * @return nothing when there is no validation split to prove it on
   */
  public static Optional<Quantization> of(
      ComputationGraph network,
      UNetConfig unet,
      PatchConfig patch,
      TrainingSource source,
      int validationPatches)
      throws IOException {
    List<StemPatch> validation = source.validation(validationPatches);
    if (validation.isEmpty()) {
      return Optional.empty();
    }
    List<float[]> mixtures = new ArrayList<>();
    for (StemPatch example : source.sample(CALIBRATION_PATCHES)) {
      Spectrogram mixture = example.mixture();
      float[] magnitudes = new float[patch.size()];
      mixture.magnitudes(magnitudes, 0);
      mixtures.add(magnitudes);
    }
    byte[] reference = OnnxExport.export(network, unet, patch);
    ActivationRanges ranges =
        ActivationRanges.measure(reference, NetworkSpec.unet(patch), mixtures);
    byte[] model = OnnxExport.exportBytes(network, unet, patch, ranges);
    double sdr = PatchScores.score(model, patch, validation).sdr();
    return Optional.of(
        new Quantization(model, sdr, PatchScores.score(reference, patch, validation).sdr() - sdr));
  }

  /** The ONNX model; not a copy. */
  public byte[] model() {
    return model;
  }

  /** On validation patches, in dB. */
  public double sdr() {
    return sdr;
  }

  /** How much less that is than in single precision, in dB. */
  public double loss() {
    return loss;
  }

  /** Whether it is good enough to be used. */
  public boolean worthwhile() {
    return loss <= MAX_LOSS;
  }
}
