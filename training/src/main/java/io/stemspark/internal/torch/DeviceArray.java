package io.stemspark.internal.torch;

import io.stemspark.internal.export.UNetParameters;
import io.stemspark.internal.export.UNetParameters.Parameter;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.DeviceOptional;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A flat array of Deeplearning4j's as libtorch computes with it: the same memory on a CPU, a copy
 * of it on a GPU. Copies pass through pinned memory, which GPUs read and write fastest. A copy to a
 * GPU runs in the background.
 */
final class DeviceArray {
  private final Tensor host;
  private final Tensor pinned;
  private final Tensor device;
  private final boolean copied;

  /**
   * @param flat one row; it must outlive this
   * @param options its type
   */
  DeviceArray(INDArray flat, TensorOptions options, TorchDevice where) {
    long[] shape = {flat.length()};
    host = torch.from_blob(flat.data().addressPointer(), shape, options);
    copied = !where.sharesMemory();
    pinned =
        where.place().is_cuda()
            ? empty(shape, options.pinned_memory(new BoolOptional(true)))
            : host;
    device = copied ? empty(shape, options.device(new DeviceOptional(where.place()))) : host;
  }

  private static Tensor empty(long[] shape, TensorOptions options) {
    return torch.empty(shape, options, new MemoryFormatOptional());
  }

  /** The network's parameters in it, or their gradients; they share its memory on the device. */
  Map<Parameter, Tensor> parts(UNetParameters parameters) {
    Map<Parameter, Tensor> parts = new LinkedHashMap<>();
    for (Parameter parameter : parameters.all()) {
      long[] shape = parameter.shape().stream().mapToLong(side -> side).toArray();
      parts.put(parameter, device.narrow(0, parameter.offset(), parameter.size()).view(shape));
    }
    return parts;
  }

  /** Copies what Deeplearning4j has written to the device. */
  void fromHost() {
    if (copied) {
      pinned.copy_(host);
      device.copy_(pinned, true);
    }
  }

  /** Waits for what libtorch writes, and copies it back. */
  void toHost() {
    if (copied) {
      pinned.copy_(device);
      host.copy_(pinned);
    }
  }

  void zero() {
    device.zero_();
  }
}
