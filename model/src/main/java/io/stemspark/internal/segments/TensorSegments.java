package io.stemspark.internal.segments;

import io.stemspark.internal.onnx.Network;
import io.stemspark.network.NetworkSpec.Content;
import io.stemspark.network.NetworkSpec.Segments;
import io.stemspark.network.NetworkSpec.Tensor;
import java.util.Arrays;
import java.util.List;

/**
 * Shows a network the tensors of a segment, and makes the stems of what it gives: samples as they
 * are, spectra transformed back, and the sum of both where there are both.
 */
final class TensorSegments implements SegmentNetwork {
  private final Segments spec;
  private final Network network;
  private final int[] wanted;
  private final SpectraTensors spectra; // null where all tensors hold samples
  private final float[][] inputs;
  private final float[][] outputs;

  /**
   * @param network not closed with this object
   * @param wanted the stems that are made, by their numbers among those that the network gives
   */
  TensorSegments(Segments spec, Network network, int[] wanted) {
    this.spec = spec;
    this.network = network;
    this.wanted = wanted;
    this.spectra =
        spec.spectra().isEmpty()
            ? null
            : new SpectraTensors(spec.spectra().get(0), spec.channels(), spec.samples());
    this.inputs = tensors(spec.inputs(), 1);
    this.outputs = tensors(spec.outputs(), spec.stems().size());
  }

  private float[][] tensors(List<Tensor> tensors, int stems) {
    return tensors.stream()
        .map(tensor -> spec.sizes(tensor.content()).stream().reduce(stems, Math::multiplyExact))
        .map(float[]::new)
        .toArray(float[][]::new);
  }

  @Override
  public void estimate(float[][] segment, float[][][] stems) {
    for (float[][] stem : stems) {
      for (float[] channel : stem) {
        Arrays.fill(channel, 0);
      }
    }
    float level = (float) spec.gain();
    if (spec.bothPolarities()) {
      addEstimate(segment, 1, level / 2, stems);
      addEstimate(segment, -1, -level / 2, stems);
    } else {
      addEstimate(segment, 1, level, stems);
    }
  }

  private void addEstimate(float[][] segment, int polarity, float level, float[][][] stems) {
    if (spectra != null) {
      spectra.analyse(segment, polarity);
    }
    for (int i = 0; i < inputs.length; i++) {
      Content content = spec.inputs().get(i).content();
      if (content == Content.SAMPLES) {
        putSamples(segment, polarity, inputs[i]);
      } else {
        spectra.put(content, inputs[i]);
      }
    }
    network.run(inputs, outputs);
    for (int i = 0; i < outputs.length; i++) {
      Content content = spec.outputs().get(i).content();
      for (int stem = 0; stem < wanted.length; stem++) {
        add(content, outputs[i], wanted[stem], level, stems[stem]);
      }
    }
  }

  private void add(Content content, float[] tensor, int stem, float level, float[][] channels) {
    switch (content) {
      case SAMPLES -> addSamples(tensor, stem, level, channels);
      case PLANES -> spectra.addStem(tensor, stem, level, channels);
      case REAL -> spectra.addStem(tensor, output(Content.IMAG), stem, level, channels);
      case IMAG -> {} // With the real parts.
    }
  }

  private float[] output(Content content) {
    List<Content> contents = spec.outputs().stream().map(Tensor::content).toList();
    return outputs[contents.indexOf(content)];
  }

  private void putSamples(float[][] segment, int polarity, float[] tensor) {
    for (int c = 0; c < segment.length; c++) {
      for (int i = 0; i < spec.samples(); i++) {
        tensor[c * spec.samples() + i] = polarity * segment[c][i];
      }
    }
  }

  private void addSamples(float[] tensor, int stem, float level, float[][] channels) {
    int length = spec.samples();
    for (int c = 0; c < channels.length; c++) {
      int at = (stem * channels.length + c) * length;
      for (int i = 0; i < length; i++) {
        channels[c][i] += level * tensor[at + i];
      }
    }
  }

  @Override
  public void close() {
    if (spectra != null) {
      spectra.close();
    }
  }
}
