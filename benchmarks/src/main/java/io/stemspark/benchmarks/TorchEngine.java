package io.stemspark.benchmarks;

import io.stemspark.internal.export.UNetParameters;
import io.stemspark.internal.torch.TorchUNet;
import io.stemspark.network.UNetConfig;
import java.nio.FloatBuffer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Adam;
import org.bytedeco.pytorch.AdamOptions;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Inference and training in libtorch, with tensors ready in memory. */
final class TorchEngine {
  private static final int IMAGE_AXES = 4;

  private final TorchUNet network;
  private final Adam optimizer;
  private final Tensor mixture;
  private final Tensor spectrogram;
  private final Tensor vocals;

  /**
   * @param weights Deeplearning4j's flat array, which is copied
   */
  TorchEngine(
      UNetConfig config,
      INDArray weights,
      ExamplePatches example,
      double learningRate,
      int threads) {
    this(config, weights, example, learningRate, new Device("cpu"));
    torch.set_num_threads(threads);
  }

  TorchEngine(
      UNetConfig config,
      INDArray weights,
      ExamplePatches example,
      double learningRate,
      Device device) {
    network = new TorchUNet(config);
    network.to(device, false);
    for (UNetParameters.Parameter parameter : new UNetParameters(config).all()) {
      copy(parameter.of(weights), network.tensor(parameter));
    }
    optimizer = new Adam(network.parameters(), new AdamOptions(learningRate));
    mixture = tensor(example.mixture(), example.shape(), device);
    spectrogram = tensor(example.spectrogram(), example.shape(), device);
    vocals = tensor(example.vocals(), example.shape(), device);
  }

  /** Has weights, and what is computed from them, lie with channels innermost. */
  TorchEngine withChannelsLast() {
    TensorVector weights = network.parameters();
    for (long i = 0; i < weights.size(); i++) {
      Tensor weight = weights.get(i);
      if (weight.dim() == IMAGE_AXES) {
        weight.set_data(weight.contiguous(torch.MemoryFormat.ChannelsLast));
      }
    }
    return this;
  }

  private static Tensor tensor(float[] values, long[] shape, Device device) {
    return Tensor.create(values, shape).to(device, torch.ScalarType.Float);
  }

  @SuppressWarnings("try") // scope and guard act by being open
  private static void copy(INDArray from, Tensor to) {
    float[] values = from.dup('c').data().asFloat(); // the scope would free ND4J's memory too
    try (PointerScope scope = new PointerScope();
        NoGradGuard guard = new NoGradGuard()) {
      to.copy_(Tensor.create(values, to.shape()));
    }
  }

  /** One forward pass from the mixture's magnitudes to the mask, (frame, bin) row by row. */
  @SuppressWarnings("try") // scope and guard act by being open
  float[] masks() {
    network.eval();
    try (PointerScope scope = new PointerScope();
        NoGradGuard guard = new NoGradGuard()) {
      FloatBuffer values = network.forward(torch.log1p(mixture)).createBuffer();
      float[] masks = new float[values.remaining()];
      values.get(masks);
      return masks;
    }
  }

  /**
   * One training step: forward, backward and Adam's update.
   *
   * @return the sum of absolute errors before the update
   */
  @SuppressWarnings("try") // the scope acts by being open
  float step() {
    network.train(true);
    try (PointerScope scope = new PointerScope()) {
      optimizer.zero_grad();
      Tensor estimate = network.forward(spectrogram).mul(mixture);
      Tensor loss = torch.l1_loss(estimate, vocals, torch.Reduction.Sum.value);
      loss.backward();
      optimizer.step();
      return loss.item_float();
    }
  }
}
