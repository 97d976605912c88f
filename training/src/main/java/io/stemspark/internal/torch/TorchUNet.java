package io.stemspark.internal.torch;

import io.stemspark.internal.export.UNetParameters.Parameter;
import io.stemspark.network.UNetConfig;
import io.stemspark.network.UNetConfig.Fold;
import io.stemspark.unet.UNet;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.pytorch.BatchNorm2dImpl;
import org.bytedeco.pytorch.BatchNormOptions;
import org.bytedeco.pytorch.Conv2dImpl;
import org.bytedeco.pytorch.Conv2dOptions;
import org.bytedeco.pytorch.ConvTranspose2dImpl;
import org.bytedeco.pytorch.ConvTranspose2dOptions;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.StringTensorDict;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** {@link UNet} in libtorch. Modules have the names of its layers. */
public final class TorchUNet extends Module {
  private final UNetConfig config;
  private final boolean channelsInnermost;
  private final Map<String, Module> blocks = new HashMap<>();
  private final Map<String, UnaryOperator<Tensor>> layers = new HashMap<>();
  private final List<Module> norms = new ArrayList<>();

  /** A network with libtorch's own fresh weights. */
  public TorchUNet(UNetConfig config) {
    this(config, false);
  }

  /**
   * @param channelsInnermost whether tensors lie in memory with their channels innermost
   */
  TorchUNet(UNetConfig config, boolean channelsInnermost) {
    this.config = config;
    this.channelsInnermost = channelsInnermost;
    UNet.forward(config, new Registration(), "spectrogram");
  }

  /**
   * Estimates masks.
   *
   * @param spectrogram log(1 + magnitude of the mixture), (n, c, frames, bins)
   * @return of the same shape, from 0 to 1
   */
  public Tensor forward(Tensor spectrogram) {
    return UNet.forward(config, new Computation(), ordered(spectrogram));
  }

  /** Lets batch norms use their running statistics, until {@link #train} is called again. */
  void freezeBatchNorm() {
    norms.forEach(norm -> norm.train(false));
  }

  /** An image in the order that the layers shall keep. */
  private Tensor ordered(Tensor image) {
    if (!channelsInnermost) {
      return image;
    }
    if (image.size(1) > 1) {
      return image.contiguous(torch.MemoryFormat.ChannelsLast);
    }
    // One channel is in both orders at once; the strides tell libtorch which is meant.
    long frames = image.size(2);
    long bins = image.size(3);
    return image.as_strided(new long[] {image.size(0), 1, frames, bins}, frames * bins, 1, bins, 1);
  }

  /** Creates the modules of all layers with parameters. What passes on are names. */
  private final class Registration implements UNet.Layers<String> {
    @Override
    public String fold(String name, String x, Fold fold) {
      return name;
    }

    @Override
    public String unfold(String name, String x, Fold fold) {
      return name;
    }

    /** A name such as encoder0.conv1 is that of a module within another. */
    private <M extends Module> M register(String name, M module) {
      int dot = name.indexOf('.');
      if (dot < 0) {
        return register_module(name, module);
      }
      Module block =
          blocks.computeIfAbsent(name.substring(0, dot), key -> register_module(key, new Module()));
      return block.register_module(name.substring(dot + 1), module);
    }

    @Override
    public String convolution(String name, String x, int in, int out) {
      Conv2dOptions options = new Conv2dOptions(in, out, new LongPointer(3, 3));
      options.padding().put(new LongPointer(1, 1));
      options.bias().put(false);
      layers.put(name, register(name, new Conv2dImpl(options))::forward);
      return name;
    }

    @Override
    public String batchNorm(String name, String x, int features) {
      BatchNorm2dImpl norm = new BatchNorm2dImpl(new BatchNormOptions(features));
      layers.put(name, register(name, norm)::forward);
      norms.add(norm);
      return name;
    }

    @Override
    public String relu(String name, String x) {
      return name;
    }

    @Override
    public String maxPool(String name, String x) {
      return name;
    }

    @Override
    public String upConvolution(String name, String x, int in, int out) {
      ConvTranspose2dOptions options = new ConvTranspose2dOptions(in, out, new LongPointer(2, 2));
      options.stride().put(new long[] {2, 2}); // put(2, 2) would be element 2
      layers.put(name, register(name, new ConvTranspose2dImpl(options))::forward);
      return name;
    }

    @Override
    public String concatenate(String name, String x, String skip) {
      return name;
    }

    @Override
    public String mask(String name, String x, int in, int out) {
      Conv2dOptions options = new Conv2dOptions(in, out, new LongPointer(1, 1));
      layers.put(name, register(name, new Conv2dImpl(options))::forward);
      return name;
    }
  }

  /** Computes with these modules. */
  private final class Computation implements UNet.Layers<Tensor> {
    @Override
    public Tensor fold(String name, Tensor x, Fold fold) {
      long f = fold.frames();
      long b = fold.bins();
      long frames = x.size(2) / f;
      long bins = x.size(3) / b;
      return ordered(
          x.reshape(x.size(0), x.size(1), frames, f, bins, b)
              .permute(0, 1, 3, 5, 2, 4)
              .reshape(x.size(0), x.size(1) * f * b, frames, bins));
    }

    @Override
    public Tensor unfold(String name, Tensor x, Fold fold) {
      long f = fold.frames();
      long b = fold.bins();
      long channels = x.size(1) / (f * b);
      return x.reshape(x.size(0), channels, f, b, x.size(2), x.size(3))
          .permute(0, 1, 4, 2, 5, 3)
          .reshape(x.size(0), channels, x.size(2) * f, x.size(3) * b);
    }

    @Override
    public Tensor convolution(String name, Tensor x, int in, int out) {
      return layers.get(name).apply(x);
    }

    @Override
    public Tensor batchNorm(String name, Tensor x, int features) {
      return layers.get(name).apply(x);
    }

    @Override
    public Tensor relu(String name, Tensor x) {
      return torch.relu_(x);
    }

    @Override
    public Tensor maxPool(String name, Tensor x) {
      return torch.max_pool2d(x, 2, 2);
    }

    @Override
    public Tensor upConvolution(String name, Tensor x, int in, int out) {
      return layers.get(name).apply(x);
    }

    @Override
    public Tensor concatenate(String name, Tensor x, Tensor skip) {
      return torch.cat(new TensorVector(x, skip), 1);
    }

    @Override
    public Tensor mask(String name, Tensor x, int in, int out) {
      return torch.sigmoid(layers.get(name).apply(x));
    }
  }

  /** A new handle to the tensor of a parameter or a running statistic. */
  public Tensor tensor(Parameter parameter) {
    StringTensorDict tensors = parameter.kind().learned() ? named_parameters() : named_buffers();
    try {
      return new Tensor(tensors.get(parameter.torchName()));
    } finally {
      // Its tensors lie within it, and are freed with it.
      Reference.reachabilityFence(tensors);
    }
  }
}
