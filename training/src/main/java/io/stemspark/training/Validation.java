package io.stemspark.training;

import io.stemspark.internal.export.OnnxExport;
import io.stemspark.internal.onnx.Network;
import io.stemspark.internal.onnx.OnnxNetwork;
import io.stemspark.internal.separation.MaskedPatch;
import io.stemspark.metrics.SignalToDistortion;
import io.stemspark.network.NetworkSpec;
import io.stemspark.network.UNetConfig;
import io.stemspark.patch.PatchConfig;
import io.stemspark.spectrogram.Spectrogram;
import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;

/**
 * How well a network separates patches that it was not trained on.
 *
 * @param loss mean absolute error of the voice's magnitude
 * @param sdr of the masked mixture's spectrum against the voice's, in dB
 * @param mixtureSdr of the mixture itself: what no separation scores, in dB
 */
public record Validation(double loss, double sdr, double mixtureSdr) {
  /** Scores a network as {@code separate} would run it. */
  static Validation score(
      ComputationGraph network, UNetConfig unet, PatchConfig patch, List<StemPatch> patches) {
    byte[] model = OnnxExport.export(network, unet, patch);
    int threads = Runtime.getRuntime().availableProcessors();
    try (OnnxNetwork onnx = OnnxNetwork.onCpu(model, NetworkSpec.unet(patch), threads)) {
      return score(onnx, patches);
    }
  }

  /** Scores the masks of {@code network}. */
  static Validation score(Network network, List<StemPatch> patches) {
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
