package io.stemspark.internal.torch;

import io.stemspark.network.UNetConfig;
import io.stemspark.network.UNetConfig.Fold;
import io.stemspark.patch.PatchConfig;
import io.stemspark.unet.UNet;
import io.stemspark.unet.UNetGraph;
import io.stemspark.unet.UNetGraph.LearningRule;
import java.util.Collection;
import java.util.List;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.inputs.InputType.InputTypeConvolutional;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.memory.LayerMemoryReport;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * The whole U-Net, from spectrogram to mask, as one layer that libtorch computes: its configuration
 * in Deeplearning4j's graph. {@link TorchPasses} is its implementation.
 */
public final class TorchLayer extends BaseLayer {
  private static final long serialVersionUID = 1;

  private final int channels;
  private final int outChannels;
  private final List<Integer> features;
  private final int foldFrames;
  private final int foldBins;
  private final boolean bfloat16;
  private final boolean frozenBatchNorm;
  private transient TorchParameters parameters;

  @JsonCreator
  TorchLayer(
      @JsonProperty("channels") int channels,
      @JsonProperty("outChannels") int outChannels,
      @JsonProperty("features") List<Integer> features,
      @JsonProperty("foldFrames") int foldFrames,
      @JsonProperty("foldBins") int foldBins,
      @JsonProperty("bfloat16") boolean bfloat16,
      @JsonProperty("frozenBatchNorm") boolean frozenBatchNorm) {
    this.channels = channels;
    this.outChannels = outChannels;
    this.features = List.copyOf(features);
    this.foldFrames = foldFrames;
    this.foldBins = foldBins;
    this.bfloat16 = bfloat16;
    this.frozenBatchNorm = frozenBatchNorm;
  }

  /**
   * A graph of this layer alone, with the fresh weights that {@link UNetGraph#create} gives.
   *
   * @param bfloat16 whether its convolutions are trained in bfloat16
   * @throws IllegalStateException in a build whose arrays lie on a GPU, where libtorch cannot see
   *     them
   */
  public static ComputationGraph graph(
      UNetConfig config,
      PatchConfig patch,
      LearningRule rule,
      long seed,
      DataType precision,
      boolean bfloat16) {
    if (!Nd4j.getEnvironment().isCPU()) {
      throw new IllegalStateException(
          "A build with -Pcuda-legacy trains only with stemspark.training.compute = nd4j: its"
              + " arrays lie on a GPU, where libtorch cannot see them.");
    }
    INDArray weights = UNetGraph.create(config, patch, new NoOp(), seed, precision).params();
    var graph = UNetGraph.builder(config, patch, rule, seed, precision);
    TorchLayer layer =
        new TorchLayer(
            config.inChannels(),
            config.outChannels(),
            config.features(),
            config.fold().frames(),
            config.fold().bins(),
            bfloat16,
            rule.frozenBatchNorm());
    graph.addLayer(UNet.MASK, layer, UNetGraph.SPECTROGRAM);
    ComputationGraph network =
        new ComputationGraph(UNetGraph.withLoss(graph, UNet.MASK, rule.loss(), patch).build());
    network.init(weights, false);
    return network;
  }

  /** As {@link UNetConfig#inChannels}. Deeplearning4j writes it into its JSON, and what follows. */
  public int getChannels() {
    return channels;
  }

  public int getOutChannels() {
    return outChannels;
  }

  public List<Integer> getFeatures() {
    return features;
  }

  public int getFoldFrames() {
    return foldFrames;
  }

  public int getFoldBins() {
    return foldBins;
  }

  /** Whether convolutions are trained in bfloat16. */
  public boolean isBfloat16() {
    return bfloat16;
  }

  /** Whether batch norms use their running statistics in training too. */
  public boolean isFrozenBatchNorm() {
    return frozenBatchNorm;
  }

  UNetConfig config() {
    return new UNetConfig(channels, outChannels, features, new Fold(foldFrames, foldBins));
  }

  @Override
  public Layer instantiate(
      NeuralNetConfiguration configuration,
      Collection<TrainingListener> listeners,
      int index,
      INDArray parameters,
      boolean initialize,
      DataType precision) {
    TorchPasses layer = new TorchPasses(configuration, config(), precision);
    layer.setListeners(listeners);
    layer.setIndex(index);
    layer.setParamsViewArray(parameters);
    layer.setParamTable(initializer().init(configuration, parameters, initialize));
    return layer;
  }

  @Override
  public TorchParameters initializer() {
    if (parameters == null) {
      parameters = new TorchParameters(config());
    }
    return parameters;
  }

  @Override
  public InputType getOutputType(int layerIndex, InputType input) {
    InputTypeConvolutional spectrogram = (InputTypeConvolutional) input;
    return InputType.convolutional(spectrogram.getHeight(), spectrogram.getWidth(), outChannels);
  }

  @Override
  public void setNIn(InputType input, boolean override) {}

  @Override
  public InputPreProcessor getPreProcessorForInputType(InputType input) {
    return null;
  }

  @Override
  public boolean isPretrainParam(String key) {
    return false;
  }

  boolean learned(String key) {
    return initializer().learned(key);
  }

  /** Running statistics are set, not learned: their "gradient" is what is subtracted from them. */
  @Override
  public IUpdater getUpdaterByParam(String key) {
    return learned(key) ? super.getUpdaterByParam(key) : new NoOp();
  }

  @Override
  public LayerMemoryReport getMemoryReport(InputType input) {
    long count = initializer().numParams(this);
    return new LayerMemoryReport.Builder(
            getLayerName(), TorchLayer.class, input, getOutputType(0, input))
        .standardMemory(count, getIUpdater().stateSize(count))
        .build();
  }
}
