package io.stemspark.training;

import io.stemspark.evaluation.SignalToDistortion;
import io.stemspark.network.Network;
import io.stemspark.network.NetworkSpec;
import io.stemspark.network.OnnxNetwork;
import io.stemspark.patch.PatchConfig;
import io.stemspark.spectrogram.Spectrogram;
import io.stemspark.unet.OnnxExport;
import io.stemspark.unet.UNetConfig;
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
  public static Validation score(Network network, List<StemPatch> patches) {
    SignalToDistortion separated = new SignalToDistortion();
    SignalToDistortion unseparated = new SignalToDistortion();
    double error = 0;
    long elements = 0;
    for (StemPatch patch : patches) {
      Spectrogram voice = patch.vocals();
      Spectrogram mixture = sum(voice, patch.accompaniment());
      float[] magnitudes = new float[mixture.real().length];
      mixture.magnitudes(magnitudes, 0);
      float[] truth = new float[magnitudes.length];
      voice.magnitudes(truth, 0);
      unseparated.add(voice.real(), mixture.real(), magnitudes.length);
      unseparated.add(voice.imag(), mixture.imag(), magnitudes.length);
      float[] mask = new float[magnitudes.length];
      network.run(magnitudes, 1, mask);
      for (int i = 0; i < mask.length; i++) {
        error += Math.abs(mask[i] * magnitudes[i] - truth[i]);
        mixture.real()[i] *= mask[i];
        mixture.imag()[i] *= mask[i];
      }
      elements += mask.length;
      separated.add(voice.real(), mixture.real(), mask.length);
      separated.add(voice.imag(), mixture.imag(), mask.length);
    }
    return new Validation(error / elements, separated.decibels(), unseparated.decibels());
  }

  static Spectrogram sum(Spectrogram a, Spectrogram b) {
    Spectrogram sum = new Spectrogram(a.frames(), a.bins());
    for (int i = 0; i < sum.real().length; i++) {
      sum.real()[i] = a.real()[i] + b.real()[i];
      sum.imag()[i] = a.imag()[i] + b.imag()[i];
    }
    return sum;
  }
}
