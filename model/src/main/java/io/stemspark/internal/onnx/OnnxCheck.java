package io.stemspark.internal.onnx;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.UnsafeByteOperations;
import io.stemspark.internal.network.UnsoundEstimateException;
import io.stemspark.internal.onnx.proto.ModelProto;
import io.stemspark.internal.onnx.proto.OperatorSetIdProto;
import io.stemspark.network.NetworkSpec;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;

/**
 * Checks a model of unknown origin before it is run. It must be a plain graph of known operators,
 * with all its weights inside and none of them NaN.
 */
public final class OnnxCheck {
  private static final int MIN_OPSET = 7;

  /** The newest that this ONNX Runtime, 1.23, knows. */
  private static final int MAX_OPSET = 23;

  /** ONNX Runtime takes any file with these bytes 4 to 7 for one of its own format. */
  private static final String RUNTIME_FORMAT = "ORTM";

  private static final float BATCH_TOLERANCE = 1e-3f;

  private OnnxCheck() {}

  /**
   * Checks a model's file, without running it.
   *
   * @throws IllegalArgumentException that says what is wrong
   */
  public static void requireSafe(byte[] model) {
    safeModel(model);
  }

  /** A model that has passed all checks which need no run. */
  static ModelProto safeModel(byte[] model) {
    if (model.length >= 8 && new String(model, 4, 4, US_ASCII).equals(RUNTIME_FORMAT)) {
      throw new IllegalArgumentException(
          "The model is in ONNX Runtime's own format. Expected ONNX.");
    }
    ModelProto proto;
    try {
      proto = parsed(model);
    } catch (IOException e) {
      throw new IllegalArgumentException("The file is not an ONNX model: " + e.getMessage(), e);
    }
    if (proto.getGraph().getNodeCount() == 0) {
      throw new IllegalArgumentException("The file is not an ONNX model: it has no operators.");
    }
    for (OperatorSetIdProto set : proto.getOpsetImportList()) {
      boolean known = set.getVersion() >= MIN_OPSET && set.getVersion() <= MAX_OPSET;
      boolean own = set.getDomain().isEmpty() || set.getDomain().equals("ai.onnx");
      if (own && !known) {
        throw new IllegalArgumentException(
            "The model's operator set is %d. Expected %d to %d."
                .formatted(set.getVersion(), MIN_OPSET, MAX_OPSET));
      }
    }
    new OnnxStructure(proto).requireSafe();
    return proto;
  }

  /** A model whose weights are not copied: they stay where they are in the file's bytes. */
  static ModelProto parsed(byte[] model) throws IOException {
    CodedInputStream input = UnsafeByteOperations.unsafeWrap(model).newCodedInput();
    input.enableAliasing(true);
    return ModelProto.parseFrom(input);
  }

  /**
   * Runs a network on noise and on silence, together and one by one where it takes batches.
   *
   * @throws IllegalArgumentException when it does not run, gives values that are not finite, or
   *     gives other values for a batch than for its patches
   */
  static void requireRuns(OnnxNetwork network, Tensors tensors) {
    if (tensors.batches()) {
      requireRuns((Network) network, tensors);
      return;
    }
    try {
      requireSounds(network, tensors);
    } catch (IllegalStateException | UnsoundEstimateException e) {
      throw new IllegalArgumentException("The model does not run: " + e.getMessage(), e);
    }
  }

  /** The same of a network that sees patches. */
  public static void requireRuns(Network network, NetworkSpec.Patches spec) {
    requireRuns(network, Tensors.of(spec));
  }

  private static void requireRuns(Network network, Tensors tensors) {
    try {
      requireBatches(network, tensors);
    } catch (IllegalStateException | UnsoundEstimateException e) {
      throw new IllegalArgumentException("The model does not run: " + e.getMessage(), e);
    }
  }

  private static void requireSounds(Network network, Tensors tensors) {
    for (boolean silent : new boolean[] {false, true}) {
      float[][] inputs =
          tensors.inputs().stream()
              .map(tensor -> silent ? new float[tensor.size()] : noise(tensor.size(), tensors))
              .toArray(float[][]::new);
      float[][] outputs =
          tensors.outputs().stream()
              .map(tensor -> new float[tensor.size()])
              .toArray(float[][]::new);
      network.run(inputs, outputs);
      for (float[] values : outputs) {
        requireFinite(values, 0, values.length, tensors, silent ? "silence" : "noise");
      }
    }
  }

  private static float[] noise(int size, Tensors tensors) {
    Random random = new Random(1);
    float[] noise = new float[size];
    for (int i = 0; i < size; i++) {
      float value = (float) (random.nextGaussian() * tensors.inputScale());
      noise[i] = tensors.magnitudes() ? Math.abs(value) : value;
    }
    return noise;
  }

  private static void requireBatches(Network network, Tensors tensors) {
    int size = tensors.inputs().get(0).size();
    float[] noiseAndSilence = Arrays.copyOf(noise(size, tensors), 2 * size);
    float[] alone = new float[tensors.outputs().get(0).size()];
    float[] together = new float[2 * alone.length];
    network.run(noiseAndSilence, 1, alone);
    network.run(noiseAndSilence, 2, together);
    requireFinite(together, 0, alone.length, tensors, "noise");
    requireFinite(together, alone.length, together.length, tensors, "silence");
    for (int i = 0; i < alone.length; i++) {
      // Written so that a value that is NaN fails.
      if (!(Math.abs(alone[i] - together[i]) <= BATCH_TOLERANCE * (1 + Math.abs(alone[i])))) {
        throw new IllegalArgumentException(
            "The model's patches depend on each other within a batch.");
      }
    }
  }

  private static void requireFinite(
      float[] values, int from, int to, Tensors tensors, String input) {
    float scale = (float) tensors.outputScale();
    for (int i = from; i < to; i++) {
      if (!Float.isFinite(values[i] * scale)) {
        throw new IllegalArgumentException(
            "The model turns %s into values that are not finite.".formatted(input));
      }
    }
  }
}
