package io.stemspark.internal.torch;

import io.stemspark.internal.export.UNetParameters;
import io.stemspark.network.UNetConfig;
import java.util.Collection;
import java.util.List;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.ParamInitializer;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.memory.LayerMemoryReport;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
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

  private final List<Integer> features;
  private final boolean bfloat16;
  private transient TorchParameters parameters;

  TorchLayer(UNetConfig config, boolean bfloat16) {
    this(config.features(), bfloat16);
  }

  @JsonCreator
  TorchLayer(
      @JsonProperty("features") List<Integer> features,
      @JsonProperty("bfloat16") boolean bfloat16) {
    this.features = List.copyOf(features);
    this.bfloat16 = bfloat16;
  }

  /** As {@link UNetConfig#features}. Deeplearning4j writes it into its JSON. */
  public List<Integer> getFeatures() {
    return features;
  }

  /** Whether convolutions are trained in bfloat16. */
  public boolean isBfloat16() {
    return bfloat16;
  }

  UNetConfig config() {
    return new UNetConfig(1, 1, features);
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
  public ParamInitializer initializer() {
    return parameters();
  }

  private TorchParameters parameters() {
    if (parameters == null) {
      parameters = new TorchParameters(new UNetParameters(config()));
    }
    return parameters;
  }

  @Override
  public InputType getOutputType(int layerIndex, InputType input) {
    return input;
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
    return parameters().learned(key);
  }

  /** Running statistics are set, not learned: their "gradient" is what is taken from them. */
  @Override
  public IUpdater getUpdaterByParam(String key) {
    return learned(key) ? super.getUpdaterByParam(key) : new NoOp();
  }

  @Override
  public LayerMemoryReport getMemoryReport(InputType input) {
    long count = parameters().numParams(this);
    return new LayerMemoryReport.Builder(getLayerName(), TorchLayer.class, input, input)
        .standardMemory(count, getIUpdater().stateSize(count))
        .build();
  }
}
