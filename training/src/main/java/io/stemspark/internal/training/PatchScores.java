package io.stemspark.internal.training;

import io.stemspark.internal.onnx.OnnxNetwork;
import io.stemspark.internal.separation.MaskedPatch;
import io.stemspark.metrics.SignalToDistortion;
import io.stemspark.network.NetworkSpec;
import io.stemspark.spectrogram.Spectrogram;
import io.stemspark.training.Epoch.Validation;
import java.util.ArrayList;
import java.util.Arrays;
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
   * @return the mean absolute error, and means over the stems that it gives
   */
  public static Validation score(byte[] model, NetworkSpec.Patches spec, List<StemPatch> patches) {
    List<SignalToDistortion> separated = new ArrayList<>();
    List<SignalToDistortion> unseparated = new ArrayList<>();
    int stems = spec.stems().size();
    for (int stem = 0; stem < stems; stem++) {
      separated.add(new SignalToDistortion());
      unseparated.add(new SignalToDistortion());
    }
    double error = 0;
    int threads = Runtime.getRuntime().availableProcessors();
    try (OnnxNetwork network = OnnxNetwork.onCpu(model, spec, threads)) {
      for (StemPatch example : patches) {
        Spectrogram mixture = example.mixture();
        List<Spectrogram> estimates = MaskedPatch.estimate(network, mixture, stems);
        for (int stem = 0; stem < stems; stem++) {
          Spectrogram truth = example.stems().get(stem);
          add(unseparated.get(stem), truth, mixture);
          add(separated.get(stem), truth, estimates.get(stem));
          error += error(truth, estimates.get(stem));
        }
      }
    }
    long elements = (long) patches.size() * spec.outputSize();
    return new Validation(error / elements, mean(separated), mean(unseparated));
  }

  private static void add(SignalToDistortion ratio, Spectrogram truth, Spectrogram estimate) {
    ratio.add(truth.real(), estimate.real(), truth.real().length);
    ratio.add(truth.imag(), estimate.imag(), truth.imag().length);
  }

  /** The sum of the errors of magnitudes. */
  private static double error(Spectrogram truth, Spectrogram estimate) {
    float[] expected = new float[truth.real().length];
    float[] magnitudes = new float[expected.length];
    truth.magnitudes(expected, 0);
    estimate.magnitudes(magnitudes, 0);
    double error = 0;
    for (int i = 0; i < expected.length; i++) {
      error += Math.abs(magnitudes[i] - expected[i]);
    }
    return error;
  }

  /** In dB, over the stems that are not silent in all patches, or over all if all are. */
  private static double mean(List<SignalToDistortion> stems) {
    double[] sounding =
        stems.stream()
            .mapToDouble(SignalToDistortion::decibels)
            .filter(decibels -> decibels > Double.NEGATIVE_INFINITY)
            .toArray();
    return Arrays.stream(sounding).average().orElse(stems.get(0).decibels());
  }
}
