package io.stemspark.internal.torch;

import io.stemspark.network.UNetConfig;
import io.stemspark.unet.UNet;
import io.stemspark.unet.UNetParameters.Parameter;
import java.lang.ref.Reference;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.pytorch.Conv2dImpl;
import org.bytedeco.pytorch.Conv2dOptions;
import org.bytedeco.pytorch.ConvTranspose2dImpl;
import org.bytedeco.pytorch.ConvTranspose2dOptions;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.StringTensorDict;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** The network of {@link UNet} in libtorch. Modules have the names of that graph's layers. */
public final class TorchUNet extends Module {
  private final List<TorchConvBlock> encoders = new ArrayList<>(); // from the first level down
  private final List<ConvTranspose2dImpl> ups = new ArrayList<>(); // from the last level up
  private final List<TorchConvBlock> decoders = new ArrayList<>(); // from the last level up
  private final TorchConvBlock bottleneck;
  private final Conv2dImpl head;

  public TorchUNet(UNetConfig config) {
    int channels = config.inChannels();
    for (int level = 0; level < config.levels(); level++) {
      int features = config.features().get(level);
      encoders.add(register_module(UNet.encoder(level), new TorchConvBlock(channels, features)));
      channels = features;
    }
    bottleneck =
        register_module(UNet.bottleneck(), new TorchConvBlock(channels, config.bottleneck()));
    channels = config.bottleneck();
    for (int level = config.levels() - 1; level >= 0; level--) {
      int features = config.features().get(level);
      ups.add(register_module(UNet.up(level), doubling(channels, features)));
      decoders.add(
          register_module(UNet.decoder(level), new TorchConvBlock(2 * features, features)));
      channels = features;
    }
    head =
        register_module(
            UNet.MASK,
            new Conv2dImpl(
                new Conv2dOptions(channels, config.outChannels(), new LongPointer(1, 1))));
  }

  private static ConvTranspose2dImpl doubling(int in, int out) {
    ConvTranspose2dOptions options = new ConvTranspose2dOptions(in, out, new LongPointer(2, 2));
    options.stride().put(new long[] {2, 2}); // put(2, 2) would be element 2
    return new ConvTranspose2dImpl(options);
  }

  /**
   * Estimates masks.
   *
   * @param spectrogram log(1 + magnitude of the mixture), (n, 1, frames, bins)
   * @return of the same shape, from 0 to 1
   */
  public Tensor forward(Tensor spectrogram) {
    Tensor x = spectrogram;
    Deque<Tensor> skipped = new ArrayDeque<>();
    for (TorchConvBlock encoder : encoders) {
      x = encoder.forward(x);
      skipped.push(x);
      x = torch.max_pool2d(x, 2, 2); // frames and bins halved
    }
    x = bottleneck.forward(x);
    for (int i = 0; i < decoders.size(); i++) {
      x = ups.get(i).forward(x); // frames and bins doubled
      x = torch.cat(new TensorVector(x, skipped.pop()), 1); // channels doubled
      x = decoders.get(i).forward(x);
    }
    return torch.sigmoid(head.forward(x));
  }

  /** The tensor of this name, a parameter or a running statistic: a handle of its own to it. */
  public Tensor tensor(Parameter parameter) {
    StringTensorDict tensors = parameter.kind().learned() ? named_parameters() : named_buffers();
    try {
      return new Tensor(tensors.get(parameter.torchName()));
    } finally {
      // What it gives lies within it, and goes with it.
      Reference.reachabilityFence(tensors);
    }
  }
}
