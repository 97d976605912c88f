package io.stemspark.internal.torch;

import io.stemspark.internal.export.UNetParameters.Parameter;
import io.stemspark.network.UNetConfig;
import io.stemspark.unet.UNet;
import java.lang.ref.Reference;
import java.util.HashMap;
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
  private final Map<String, Module> blocks = new HashMap<>();
  private final Map<String, UnaryOperator<Tensor>> layers = new HashMap<>();

  /** A network with libtorch's own fresh weights. */
  public TorchUNet(UNetConfig config) {
    this.config = config;
    UNet.forward(config, new Registration(), "spectrogram");
  }

  /**
   * Estimates masks.
   *
   * @param spectrogram log(1 + magnitude of the mixture), (n, 1, frames, bins)
   * @return of the same shape, from 0 to 1
   */
  public Tensor forward(Tensor spectrogram) {
    return UNet.forward(config, new Computation(), spectrogram);
  }

  /** Creates the modules of all layers with parameters. What passes on are names. */
  private final class Registration implements UNet.Layers<String> {
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
