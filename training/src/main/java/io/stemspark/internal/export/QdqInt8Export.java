package io.stemspark.internal.export;

import io.stemspark.network.UNetConfig;
import io.stemspark.patch.PatchConfig;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.graph.ComputationGraph;

/**
 * Exports a model in 8-bit arithmetic. Activations are unsigned bytes with one scale and zero point
 * each; weights are signed bytes with a scale for each feature map that they make: q = round(x /
 * scale) + zero point (Jacob et al. 2018). Both are written as pairs of QuantizeLinear and
 * DequantizeLinear, which ONNX Runtime fuses into 8-bit operators.
 *
 * <p>Weights use only 7 bits: CPUs without VNNI add products in 16 bits, which 8-bit weights would
 * overflow. So every machine computes the same.
 */
final class QdqInt8Export extends OnnxExport {
  private static final int MAX_ACTIVATION = 255;
  private static final int MAX_WEIGHT = 64;

  /** Stands in for the range of values that are all zero. */
  private static final float MIN_RANGE = 1e-9f;

  private final ActivationRanges ranges;

  /**
   * Scale and zero point of each activation that has passed through bytes, by the result's name.
   */
  private final Map<String, Affine> quantized = new HashMap<>();

  private record Affine(float scale, String scaleName, String zeroPointName) {}

  QdqInt8Export(
      ComputationGraph network, UNetConfig config, PatchConfig patch, ActivationRanges ranges) {
    super(network, config, patch);
    this.ranges = ranges;
  }

  @Override
  String activation(String tensor) {
    ActivationRanges.Range range = ranges.of(tensor);
    float scale = Math.max(range.most() - range.least(), MIN_RANGE) / MAX_ACTIVATION;
    Affine affine =
        new Affine(
            scale,
            graph.floats(tensor + ".scale", new float[] {scale}),
            graph.uint8(tensor + ".zero", Math.round(-range.least() / scale)));
    return throughBytes(tensor, affine);
  }

  @Override
  String afterPool(String tensor, String before) {
    return throughBytes(tensor, quantized.get(before));
  }

  private String throughBytes(String tensor, Affine affine) {
    String scale = affine.scaleName();
    String zero = affine.zeroPointName();
    String bytes = graph.node("QuantizeLinear", tensor + ".bytes", tensor, scale, zero);
    String result = graph.node("DequantizeLinear", tensor + ".quantized", bytes, scale, zero);
    quantized.put(result, affine);
    return result;
  }

  @Override
  String convolution(String name, String input, float[] weight, long[] shape, float[] bias) {
    Affine affine = quantized.get(input);
    if (affine == null) {
      // Bytes do not cover the range of the spectrogram itself.
      return super.convolution(name, input, weight, shape, bias);
    }
    int maps = bias.length;
    int perMap = weight.length / maps;
    float[] scales = new float[maps];
    float[] biasScales = new float[maps];
    byte[] weightBytes = new byte[weight.length];
    int[] biasInts = new int[maps];
    for (int map = 0; map < maps; map++) {
      float most = MIN_RANGE;
      for (int i = map * perMap; i < (map + 1) * perMap; i++) {
        most = Math.max(most, Math.abs(weight[i]));
      }
      scales[map] = most / MAX_WEIGHT;
      for (int i = map * perMap; i < (map + 1) * perMap; i++) {
        weightBytes[i] = (byte) Math.round(weight[i] / scales[map]);
      }
      biasScales[map] = scales[map] * affine.scale();
      biasInts[map] = Math.round(bias[map] / biasScales[map]);
    }
    String weights =
        graph.node(
            "DequantizeLinear",
            name + ".weight",
            List.of(OnnxGraph.integer("axis", 0)),
            graph.int8s(name + ".weight.bytes", weightBytes, shape),
            graph.floats(name + ".weight.scale", scales, maps),
            graph.int8s(name + ".weight.zero", new byte[maps], maps));
    String biases =
        graph.node(
            "DequantizeLinear",
            name + ".bias",
            List.of(OnnxGraph.integer("axis", 0)),
            graph.int32s(name + ".bias.integers", biasInts, maps),
            graph.floats(name + ".bias.scale", biasScales, maps),
            graph.int32s(name + ".bias.zero", new int[maps], maps));
    return convolution(name, input, weights, biases);
  }
}
