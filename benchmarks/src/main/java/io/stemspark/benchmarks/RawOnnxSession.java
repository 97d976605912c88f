package io.stemspark.benchmarks;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.stemspark.internal.export.OnnxExport;
import io.stemspark.internal.onnx.OnnxNetwork;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Map;

/**
 * An ONNX model on one thread, with its input in native memory and its output left there: the least
 * that a call of ONNX Runtime can take.
 */
final class RawOnnxSession implements AutoCloseable {
  private final OrtSession session;
  private final OnnxTensor input;
  private final FloatBuffer values;

  /**
   * @param model an ONNX file's bytes, as {@link OnnxExport} writes them
   */
  RawOnnxSession(byte[] model, ExamplePatches example) {
    this(model, example.shape());
    values.put(0, example.mixture());
  }

  /**
   * @param shape of the input, (patches, 1, frames, bins)
   */
  RawOnnxSession(byte[] model, long[] shape) {
    OrtEnvironment environment = OnnxNetwork.environment();
    long size = Float.BYTES * Arrays.stream(shape).reduce(1, Math::multiplyExact);
    values =
        ByteBuffer.allocateDirect(Math.toIntExact(size))
            .order(ByteOrder.nativeOrder())
            .asFloatBuffer();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      options.setInterOpNumThreads(1);
      session = environment.createSession(model, options);
      input = OnnxTensor.createTensor(environment, values, shape);
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime refuses the model: " + e.getMessage(), e);
    }
  }

  /** Runs the model on these magnitudes. */
  void run(float[] magnitudes) {
    values.put(0, magnitudes);
    run();
  }

  void run() {
    try {
      session.run(Map.of(OnnxExport.INPUT, input)).close();
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime failed: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    input.close();
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime does not close: " + e.getMessage(), e);
    }
  }
}
