package io.stemspark.internal.training;

import io.stemspark.internal.onnx.OnnxNetwork;
import io.stemspark.internal.separation.MaskedPatch;
import io.stemspark.metrics.SignalToDistortion;
import io.stemspark.network.NetworkSpec;
import io.stemspark.spectrogram.Spectrogram;
import io.stemspark.training.Epoch.Validation;
import java.util.List;

/**
 * Scores networks on patches that they were not trained on. Each patch is scored by itself, without
 * the overlap, the bins above the patch and the Wiener filter of a separation.
 */
public final class PatchScores {
  private PatchScores() {}

  /**
   * Scores an ONNX model.
   *
   * @param model an ONNX file's bytes
   * @param spec what it takes and gives
   */
  public static Validation score(byte[] model, NetworkSpec.Patches spec, List<StemPatch> patches) {
    SignalToDistortion separated = new SignalToDistortion();
    SignalToDistortion unseparated = new SignalToDistortion();
    double error = 0;
    int size = spec.outputSize();
    float[] truth = new float[size];
    float[] magnitudes = new float[size];
    int threads = Runtime.getRuntime().availableProcessors();
    try (OnnxNetwork network = OnnxNetwork.onCpu(model, spec, threads)) {
      for (StemPatch example : patches) {
        Spectrogram voice = example.vocals();
        Spectrogram mixture = example.mixture();
        Spectrogram estimate = MaskedPatch.estimate(network, mixture);
        unseparated.add(voice.real(), mixture.real(), size);
        unseparated.add(voice.imag(), mixture.imag(), size);
        separated.add(voice.real(), estimate.real(), size);
        separated.add(voice.imag(), estimate.imag(), size);
        voice.magnitudes(truth, 0);
        estimate.magnitudes(magnitudes, 0);
        for (int i = 0; i < size; i++) {
          error += Math.abs(magnitudes[i] - truth[i]);
        }
      }
    }
    long elements = (long) patches.size() * size;
    return new Validation(error / elements, separated.decibels(), unseparated.decibels());
  }
}
