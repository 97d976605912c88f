package io.stemspark.internal.torch;

import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.pytorch.BatchNorm2dImpl;
import org.bytedeco.pytorch.BatchNormOptions;
import org.bytedeco.pytorch.Conv2dImpl;
import org.bytedeco.pytorch.Conv2dOptions;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Twice (3x3 convolution without bias, batch normalisation, ReLU), in libtorch. */
final class TorchConvBlock extends Module {
  private final Conv2dImpl conv1;
  private final BatchNorm2dImpl norm1;
  private final Conv2dImpl conv2;
  private final BatchNorm2dImpl norm2;

  /**
   * @param in channels of the input
   * @param out channels of the output
   */
  TorchConvBlock(int in, int out) {
    conv1 = register_module("conv1", convolution(in, out));
    norm1 = register_module("norm1", new BatchNorm2dImpl(new BatchNormOptions(out)));
    conv2 = register_module("conv2", convolution(out, out));
    norm2 = register_module("norm2", new BatchNorm2dImpl(new BatchNormOptions(out)));
  }

  private static Conv2dImpl convolution(int in, int out) {
    Conv2dOptions options = new Conv2dOptions(in, out, new LongPointer(3, 3));
    options.padding().put(new LongPointer(1, 1));
    options.bias().put(false);
    return new Conv2dImpl(options);
  }

  /** (n, in, frames, bins) to (n, out, frames, bins). */
  Tensor forward(Tensor input) {
    Tensor x = torch.relu_(norm1.forward(conv1.forward(input)));
    return torch.relu_(norm2.forward(conv2.forward(x)));
  }
}
