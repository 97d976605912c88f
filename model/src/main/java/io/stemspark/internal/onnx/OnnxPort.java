package io.stemspark.internal.onnx;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.TensorInfo;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * An input or output of a session.
 *
 * @param name in the file
 * @param type floats or half-precision floats
 * @param whole its shape as the file has it, but for the sizes that it leaves open
 * @param batchAxis which axis the batch is: the first, or that after the channels
 * @param size numbers of one in a batch
 */
@SuppressWarnings("ArrayRecordComponent") // Nobody compares ports.
record OnnxPort(String name, OnnxJavaType type, long[] whole, int batchAxis, int size) {
  /** Whether it is computed one by one: of several, the channels would lie together. */
  boolean isOne() {
    return batchAxis > 0 || whole[batchAxis] == 1;
  }

  long[] shape(int batch) {
    long[] shape = whole.clone();
    shape[batchAxis] = batch;
    return shape;
  }

  /**
   * The ports that tensors go through. A size that the model leaves open fits any; the batch must
   * be open or 1.
   *
   * @param what input or output
   * @throws IllegalArgumentException when the model has others
   */
  static List<OnnxPort> of(
      String what, Map<String, NodeInfo> values, List<Tensors.Tensor> expected) {
    List<OnnxPort> ports = new ArrayList<>();
    for (Tensors.Tensor tensor : expected) {
      String name =
          tensor.name().isEmpty() && values.size() == 1
              ? values.keySet().iterator().next()
              : tensor.name();
      OnnxPort port =
          values.size() == expected.size() ? port(name, values.get(name), tensor) : null;
      if (port == null) {
        throw new IllegalArgumentException(
            "The model's %s is %s. Expected %s of floats of shape %s (-1: any number)."
                .formatted(
                    what,
                    values.values(),
                    expected.size() == 1
                        ? "one tensor"
                        : "%d tensors, %s".formatted(expected.size(), name),
                    Arrays.toString(tensor.shapes(-1, 0).get(0))));
      }
      ports.add(port);
    }
    return ports;
  }

  private static OnnxPort port(String name, NodeInfo node, Tensors.Tensor tensor) {
    if (node == null
        || !(node.getInfo() instanceof TensorInfo info)
        || (info.type != OnnxJavaType.FLOAT && info.type != OnnxJavaType.FLOAT16)) {
      return null;
    }
    long[] shape = info.getShape();
    for (int batchAxis = 0; batchAxis < Math.min(2, shape.length); batchAxis++) {
      long batch = shape[batchAxis];
      for (long[] expected : tensor.shapes(batch, batchAxis)) {
        if ((batch == -1 || batch == 1) && fits(shape, expected)) {
          return new OnnxPort(name, info.type, expected, batchAxis, tensor.size());
        }
      }
    }
    return null;
  }

  private static boolean fits(long[] shape, long[] expected) {
    if (shape.length != expected.length) {
      return false;
    }
    for (int i = 0; i < shape.length; i++) {
      if (shape[i] != -1 && shape[i] != expected[i]) {
        return false;
      }
    }
    return true;
  }
}
