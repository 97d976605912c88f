package io.stemspark.internal.torch;

import io.stemspark.internal.export.UNetParameters;
import io.stemspark.internal.export.UNetParameters.Kind;
import io.stemspark.internal.export.UNetParameters.Parameter;
import io.stemspark.network.UNetConfig;
import io.stemspark.unet.UNetGraph;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.deeplearning4j.nn.api.ParamInitializer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Tells Deeplearning4j which parameters {@link TorchLayer} has. */
final class TorchParameters implements ParamInitializer {
  private final UNetParameters parameters;
  private final Set<String> learned;

  TorchParameters(UNetConfig config) {
    parameters = new UNetParameters(config);
    learned = Set.copyOf(keys(p -> p.kind().learned()));
  }

  /** Deeplearning4j takes the text before the last underscore for the name of the layer. */
  private static String key(Parameter parameter) {
    return parameter.key().replace('_', '.');
  }

  /** Whether the updater may change a parameter. */
  boolean learned(String key) {
    return learned.contains(key);
  }

  @Override
  public long numParams(NeuralNetConfiguration configuration) {
    return parameters.length();
  }

  @Override
  public long numParams(Layer layer) {
    return parameters.length();
  }

  @Override
  public List<String> paramKeys(Layer layer) {
    return keys(p -> true);
  }

  @Override
  public List<String> weightKeys(Layer layer) {
    return keys(p -> p.kind() == Kind.WEIGHT);
  }

  @Override
  public List<String> biasKeys(Layer layer) {
    return keys(p -> p.kind() == Kind.BIAS);
  }

  private List<String> keys(Predicate<Parameter> wanted) {
    return parameters.all().stream().filter(wanted).map(TorchParameters::key).toList();
  }

  @Override
  public boolean isWeightParam(Layer layer, String key) {
    return weightKeys(layer).contains(key);
  }

  @Override
  public boolean isBiasParam(Layer layer, String key) {
    return biasKeys(layer).contains(key);
  }

  /** Fresh weights come from the graph of the reference engine: {@link UNetGraph#create}. */
  @Override
  public Map<String, INDArray> init(
      NeuralNetConfiguration configuration, INDArray flat, boolean initialize) {
    if (initialize) {
      throw new IllegalStateException("The layer takes its weights from UNetGraph.create.");
    }
    return views(configuration, flat);
  }

  @Override
  public Map<String, INDArray> getGradientsFromFlattened(
      NeuralNetConfiguration configuration, INDArray flat) {
    return views(configuration, flat);
  }

  private Map<String, INDArray> views(NeuralNetConfiguration configuration, INDArray flat) {
    Map<String, INDArray> views = new LinkedHashMap<>();
    for (Parameter parameter : parameters.all()) {
      views.put(key(parameter), parameter.of(flat));
      configuration.addVariable(key(parameter));
    }
    return views;
  }
}
