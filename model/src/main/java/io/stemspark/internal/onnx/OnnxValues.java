package io.stemspark.internal.onnx;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.platform.Fp16Conversions;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The numbers of a tensor, outside the heap. */
final class OnnxValues {
  private final OnnxPort port;
  private final ByteBuffer bytes;

  OnnxValues(OnnxPort port, int batch) {
    this.port = port;
    int length = Math.multiplyExact(Math.multiplyExact(batch, port.size()), port.type().size);
    this.bytes = ByteBuffer.allocateDirect(length).order(ByteOrder.nativeOrder());
  }

  private boolean isHalf() {
    return port.type() == OnnxJavaType.FLOAT16;
  }

  OnnxTensor tensor(OrtEnvironment environment, int count) throws OrtException {
    ByteBuffer some =
        bytes.slice(0, count * port.size() * port.type().size).order(ByteOrder.nativeOrder());
    return OnnxTensor.createTensor(environment, some, port.shape(count), port.type());
  }

  /** Takes some of a batch out of an array that holds all of it. */
  void put(float[] all, int first, int count) {
    int from = first * port.size();
    if (isHalf()) {
      for (int i = 0; i < count * port.size(); i++) {
        bytes.putShort(i * Short.BYTES, Fp16Conversions.floatToFp16(all[from + i]));
      }
    } else {
      bytes.asFloatBuffer().put(0, all, from, count * port.size());
    }
  }

  void get(float[] all, int first, int count) {
    int from = first * port.size();
    if (isHalf()) {
      for (int i = 0; i < count * port.size(); i++) {
        all[from + i] = Fp16Conversions.fp16ToFloat(bytes.getShort(i * Short.BYTES));
      }
    } else {
      bytes.asFloatBuffer().get(0, all, from, count * port.size());
    }
  }
}
