package io.stemspark.internal.training;

import io.stemspark.internal.onnx.OnnxNetwork;
import io.stemspark.internal.separation.MaskedPatch;
import io.stemspark.metrics.SignalToDistortion;
import io.stemspark.network.NetworkSpec;
import io.stemspark.patch.PatchConfig;
import io.stemspark.spectrogram.Spectrogram;
import io.stemspark.training.Epoch.Validation;
import java.util.List;

/** Scores networks on patches that they were not trained on. */
public final class PatchScores {
  private PatchScores() {}

  /**
   * Scores an ONNX model as {@code separate} would run it.
   *
   * @param model an ONNX file's bytes
   */
  public static Validation score(byte[] model, PatchConfig patch, List<StemPatch> patches) {
    int threads = Runtime.getRuntime().availableProcessors();
    try (OnnxNetwork network = OnnxNetwork.onCpu(model, NetworkSpec.unet(patch), threads)) {
      return score(network, patches);
    }
  }

  private static Validation score(OnnxNetwork network, List<StemPatch> patches) {
    SignalToDistortion separated = new SignalToDistortion();
    SignalToDistortion unseparated = new SignalToDistortion();
    double error = 0;
    long elements = 0;
    for (StemPatch patch : patches) {
      Spectrogram voice = patch.vocals();
      Spectrogram mixture = patch.mixture();
      Spectrogram estimate = MaskedPatch.estimate(network, mixture);
      int size = mixture.real().length;
      unseparated.add(voice.real(), mixture.real(), size);
      unseparated.add(voice.imag(), mixture.imag(), size);
      separated.add(voice.real(), estimate.real(), size);
      separated.add(voice.imag(), estimate.imag(), size);
      float[] truth = new float[size];
      voice.magnitudes(truth, 0);
      float[] magnitudes = new float[size];
      estimate.magnitudes(magnitudes, 0);
      for (int i = 0; i < size; i++) {
        error += Math.abs(magnitudes[i] - truth[i]);
      }
      elements += size;
    }
    return new Validation(error / elements, separated.decibels(), unseparated.decibels());
  }
}
