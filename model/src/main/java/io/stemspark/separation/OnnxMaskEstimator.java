package io.stemspark.separation;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import io.stemspark.patch.PatchConfig;
import io.stemspark.unet.OnnxExport;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Map;

/** Runs an ONNX model in ONNX Runtime. */
public final class OnnxMaskEstimator implements MaskEstimator {
  private final PatchConfig patch;
  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final OrtSession session;

  /**
   * Loads a model.
   *
   * @param model an ONNX file's bytes, as {@link OnnxExport} writes them
   * @param threads threads that share one call's work; callers that run in parallel take 1
   * @throws IllegalArgumentException when the model is damaged or has other inputs and outputs
   */
  public OnnxMaskEstimator(byte[] model, PatchConfig patch, int threads) {
    this.patch = patch;
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(threads);
      options.setInterOpNumThreads(1);
      session = environment.createSession(model, options);
    } catch (OrtException e) {
      throw new IllegalArgumentException("ONNX Runtime refuses the model: " + e.getMessage(), e);
    }
    try {
      requireShape(session.getInputInfo(), OnnxExport.INPUT);
      requireShape(session.getOutputInfo(), OnnxExport.OUTPUT);
    } catch (OrtException | IllegalArgumentException e) {
      close();
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  private void requireShape(Map<String, NodeInfo> values, String name) {
    long[] expected = {-1, 1, patch.frames(), patch.bins()};
    NodeInfo value = values.get(name);
    if (values.size() != 1
        || value == null
        || !(value.getInfo() instanceof TensorInfo tensor)
        || !Arrays.equals(tensor.getShape(), expected)) {
      throw new IllegalArgumentException(
          "The model has %s where %s of shape %s was expected"
              .formatted(values, name, Arrays.toString(expected)));
    }
  }

  @Override
  public float[] estimate(float[] magnitudes, int patches) {
    long[] shape = {patches, 1, patch.frames(), patch.bins()};
    FloatBuffer values = FloatBuffer.wrap(magnitudes, 0, patches * patch.size());
    try (OnnxTensor input = OnnxTensor.createTensor(environment, values, shape);
        OrtSession.Result result = session.run(Map.of(OnnxExport.INPUT, input))) {
      float[] masks = new float[patches * patch.size()];
      ((OnnxTensor) result.get(0)).getFloatBuffer().get(masks);
      return masks;
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime failed: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime does not close: " + e.getMessage(), e);
    }
  }
}
