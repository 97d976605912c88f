package io.stemspark.internal.torch;

import io.stemspark.internal.export.UNetParameters;
import io.stemspark.internal.export.UNetParameters.Kind;
import io.stemspark.internal.export.UNetParameters.Parameter;
import io.stemspark.network.UNetConfig;
import java.lang.ref.Reference;
import java.util.HashMap;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorArrayRefOptional;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.BaseLayer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Forward and backward passes of {@link TorchLayer}. On a CPU, weights and their gradients are
 * views of Deeplearning4j's flat arrays, and only spectrograms, masks and the few numbers of
 * running statistics pass between the two. To and from a GPU, weights and gradients are copied with
 * each step. Not thread-safe.
 */
final class TorchPasses extends BaseLayer<TorchLayer> {
  private static final long serialVersionUID = 1;

  /** The share of a running statistic that a batch leaves; Deeplearning4j's default. */
  private static final double DECAY = 0.9;

  private final transient TorchUNet network;
  private final transient Map<Parameter, Tensor> tensors = new HashMap<>(); // of the network
  private final transient UNetParameters parameters;
  private final transient TensorOptions options;
  private final transient TorchDevice device = TorchDevice.current();
  private transient DeviceArray parameterArray;
  private transient DeviceArray gradientArray;
  private transient Map<Parameter, Tensor> values = Map.of();
  private transient Map<Parameter, Tensor> gradients = Map.of();

  /** The mask of the last forward pass in training, with all that its backward pass needs. */
  private transient Pass pending;

  /** A mask, and the spectrogram behind it, whose memory the backward pass reads too. */
  private record Pass(Tensor mask, INDArray spectrogram) {}

  TorchPasses(NeuralNetConfiguration configuration, UNetConfig unet, DataType precision) {
    super(configuration, precision);
    if (precision != DataType.FLOAT && precision != DataType.DOUBLE) {
      throw new IllegalArgumentException(
          "The precision is %s. Expected FLOAT or DOUBLE for libtorch.".formatted(precision));
    }
    parameters = new UNetParameters(unet);
    network = new TorchUNet(unet, layerConf().isBfloat16());
    torch.ScalarType type =
        precision == DataType.FLOAT ? torch.ScalarType.Float : torch.ScalarType.Double;
    options = new TensorOptions(type);
    network.to(device.place(), type, false);
    parameters.all().forEach(parameter -> tensors.put(parameter, network.tensor(parameter)));
  }

  @Override
  public void setParamsViewArray(INDArray flat) {
    super.setParamsViewArray(flat);
    parameterArray = new DeviceArray(flat, options, device);
    values = parameterArray.parts(parameters);
    parameters.learned().forEach(p -> tensors.get(p).set_data(values.get(p)));
  }

  @Override
  public void setBackpropGradientsViewArray(INDArray flat) {
    super.setBackpropGradientsViewArray(flat);
    gradientArray = new DeviceArray(flat, options, device);
    gradients = gradientArray.parts(parameters);
    parameters.learned().forEach(p -> tensors.get(p).mutable_grad().put(gradients.get(p)));
  }

  private Tensor view(INDArray array) {
    return torch.from_blob(array.data().addressPointer(), array.shape(), options);
  }

  /** The array on the device. A copy to a GPU may still be running when this returns. */
  private Tensor onDevice(INDArray array) {
    Tensor view = view(array);
    if (device.sharesMemory()) {
      return view;
    }
    Tensor source = device.place().is_cuda() ? view.pin_memory() : view;
    return source.to(
        device.place(), options.dtype().toScalarType(), true, false, new MemoryFormatOptional());
  }

  @Override
  public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
    assertInputSet(false);
    long[] shape = input.shape().clone();
    shape[1] = layerConf().config().outChannels();
    INDArray mask = workspaces.createUninitialized(ArrayType.ACTIVATIONS, dataType, shape, 'c');
    INDArray spectrogram = rowByRow(input);
    try {
      TorchExit.pass(
          () -> {
            network.train(training);
            if (layerConf().isFrozenBatchNorm()) {
              network.freezeBatchNorm();
            }
            if (training) {
              forwardForTraining(spectrogram, mask);
            } else {
              forward(spectrogram, mask);
            }
          });
    } finally {
      // libtorch has only the address, and the array may be a copy that nothing else refers to.
      Reference.reachabilityFence(spectrogram);
    }
    return mask;
  }

  @SuppressWarnings("try") // scope and guard act by being open
  private void forward(INDArray spectrogram, INDArray mask) {
    try (PointerScope scope = new PointerScope();
        NoGradGuard guard = new NoGradGuard()) {
      takeParameters();
      view(mask).copy_(network.forward(onDevice(spectrogram)));
    }
  }

  @SuppressWarnings("try") // the scope acts by being open
  private void forwardForTraining(INDArray spectrogram, INDArray mask) {
    release();
    try (PointerScope scope = new PointerScope()) {
      takeParameters();
      Tensor estimate =
          layerConf().isBfloat16() ? mixed(spectrogram) : network.forward(onDevice(spectrogram));
      view(mask).copy_(estimate.detach());
      estimate.retainReference(); // outlives the scope
      pending = new Pass(estimate, spectrogram);
    }
  }

  /**
   * The mask with convolutions in bfloat16, by libtorch's own rules, and with channels innermost,
   * which is a fifth faster. In single precision, that order would cost accuracy: gradients of a
   * network of {@code [8, 16, 32, 64]} features, from two patches of 128 x 1024, would be off by 1
   * % instead of 0.2 %, because libtorch then sums up each channel's statistics one by one.
   */
  private Tensor mixed(INDArray spectrogram) {
    torch.DeviceType type = device.place().type();
    torch.set_autocast_dtype(type, torch.ScalarType.BFloat16);
    torch.set_autocast_enabled(type, true);
    try {
      return network.forward(onDevice(spectrogram)).to(options.dtype().toScalarType());
    } finally {
      torch.set_autocast_enabled(type, false);
      torch.clear_cache();
    }
  }

  /**
   * Copies parameters to the module. With each batch, it changes its running statistics, and the
   * flat array stays as it is.
   */
  private void takeParameters() {
    parameterArray.fromHost();
    parameters.statistics().forEach(p -> tensors.get(p).copy_(values.get(p)));
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr workspaces) {
    INDArray maskGradient = rowByRow(epsilon);
    try {
      TorchExit.pass(() -> backward(maskGradient));
    } finally {
      Reference.reachabilityFence(maskGradient);
    }
    Gradient gradient = new DefaultGradient(gradientsFlattened);
    gradientViews.forEach((key, view) -> gradient.setGradientFor(key, view, 'c'));
    // Nobody needs the gradient of the spectrogram.
    return new Pair<>(gradient, null);
  }

  @SuppressWarnings("try") // the scope acts by being open
  private void backward(INDArray maskGradient) {
    gradientArray.zero(); // libtorch adds to it
    try (PointerScope scope = new PointerScope()) {
      pending.mask.backward(
          onDevice(maskGradient), new BoolOptional(), false, new TensorArrayRefOptional());
      if (!layerConf().isFrozenBatchNorm()) {
        parameters.statistics().forEach(p -> gradients.get(p).copy_(change(p)));
      }
      gradientArray.toHost();
    }
    release();
  }

  /** Of the first level, in the whole batch. */
  private long positions() {
    UNetConfig unet = layerConf().config();
    return input.length() / ((long) unet.inChannels() * unet.fold().size());
  }

  /**
   * What the updater subtracts from a running statistic. Deeplearning4j keeps biased variances,
   * libtorch unbiased ones: n / (n - 1) times as large.
   */
  private Tensor change(Parameter parameter) {
    Tensor change = values.get(parameter).sub(tensors.get(parameter));
    if (parameter.kind() == Kind.MEAN) {
      return change;
    }
    double elements = (double) (positions() >> (2 * parameter.level()));
    Tensor kept = values.get(parameter).mul(new Scalar(1 - DECAY));
    return kept.sub(kept.sub(change).mul(new Scalar((elements - 1) / elements)));
  }

  /**
   * The same array in an order that libtorch can read. Never call it in a scope of pointers, which
   * would free ND4J's memory with libtorch's.
   */
  @SuppressWarnings("try") // the workspace acts by being open
  private INDArray rowByRow(INDArray array) {
    if (array.dataType() == dataType && array.ordering() == 'c' && array.elementWiseStride() == 1) {
      return array;
    }
    // The workspace of a forward pass may be used again before the backward pass.
    try (MemoryWorkspace outside = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
      return array.castTo(dataType).dup('c');
    }
  }

  private void release() {
    if (pending != null) {
      pending.mask.close();
      pending = null;
    }
  }

  @Override
  public void clear() {
    super.clear();
    release();
  }

  @Override
  public void setParams(INDArray flat) {
    setParams(flat, 'c');
  }

  @Override
  public boolean updaterDivideByMinibatch(String key) {
    return layerConf().learned(key);
  }

  @Override
  public boolean isPretrainLayer() {
    return false;
  }
}
