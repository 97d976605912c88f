package io.stemspark.unet;

import io.stemspark.network.UNetConfig;
import io.stemspark.network.UNetConfig.Fold;
import io.stemspark.patch.PatchConfig;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.CnnLossLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Deconvolution2D;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.IUpdater;

/**
 * {@link UNet} as Deeplearning4j's graph, which ND4J computes layer by layer.
 *
 * <p>The graph has two inputs: {@value #SPECTROGRAM}, log(1 + magnitude), which the network sees,
 * and {@value #MIXTURE}, the magnitude once for each stem, which the masks multiply. Its output,
 * the estimates of the stems' magnitudes, is compared with the truth in the measure of {@link
 * Loss}.
 */
public final class UNetGraph {
  /** Input that the layers see: log(1 + magnitude of the mixture). */
  public static final String SPECTROGRAM = "spectrogram";

  /** Input that the masks multiply: magnitude of the mixture, once for each stem. */
  public static final String MIXTURE = "mixture";

  private static final String ESTIMATE = "estimate";
  private static final String LOSS = "loss";

  private UNetGraph() {}

  /** A network with fresh weights, on which {@code init} has been called. */
  public static ComputationGraph create(
      UNetConfig config, PatchConfig patch, IUpdater updater, long seed, DataType precision) {
    return create(
        config, patch, new LearningRule(updater, 0, Loss.MAGNITUDE, false), seed, precision);
  }

  /** The same, fitted as {@code rule} says. */
  public static ComputationGraph create(
      UNetConfig config, PatchConfig patch, LearningRule rule, long seed, DataType precision) {
    GraphBuilder graph = builder(config, patch, rule, seed, precision);
    String mask = UNet.forward(config, new GraphLayers(graph), SPECTROGRAM);
    ComputationGraph network =
        new ComputationGraph(withLoss(graph, mask, rule.loss(), patch).build());
    network.init();
    return network;
  }

  /** An empty graph with both inputs and the rules that all layers share. */
  public static GraphBuilder builder(
      UNetConfig config, PatchConfig patch, LearningRule rule, long seed, DataType precision) {
    config.requireFits(patch);
    var graph =
        new NeuralNetConfiguration.Builder()
            .seed(seed)
            .updater(rule.updater())
            .weightDecay(rule.weightDecay())
            .dataType(precision)
            .weightInit(WeightInit.RELU)
            .activation(Activation.IDENTITY) // Deeplearning4j's own default is a sigmoid
            .convolutionMode(ConvolutionMode.Same)
            .graphBuilder()
            .addInputs(SPECTROGRAM, MIXTURE);
    graph.setInputTypes(
        InputType.convolutional(patch.frames(), patch.bins(), config.inChannels()),
        InputType.convolutional(patch.frames(), patch.bins(), config.outChannels()));
    return graph;
  }

  /** The same with the estimate and its loss behind the mask. */
  public static GraphBuilder withLoss(
      GraphBuilder graph, String mask, Loss loss, PatchConfig patch) {
    return graph
        .addVertex(ESTIMATE, new ElementWiseVertex(ElementWiseVertex.Op.Product), mask, MIXTURE)
        .addLayer(
            LOSS,
            new CnnLossLayer.Builder(loss.function(patch.size()))
                .activation(loss.activation())
                .build(),
            ESTIMATE)
        .setOutputs(LOSS);
  }

  /** Adds each layer to a graph; what passes on is its name. */
  private record GraphLayers(GraphBuilder graph) implements UNet.Layers<String> {
    private String add(String name, String x, Layer layer) {
      graph.addLayer(name, layer, x);
      return name;
    }

    @Override
    public String fold(String name, String x, Fold fold) {
      return rearrange(name, x, new Folding(fold.frames(), fold.bins(), true));
    }

    @Override
    public String unfold(String name, String x, Fold fold) {
      return rearrange(name, x, new Folding(fold.frames(), fold.bins(), false));
    }

    private String rearrange(String name, String x, Folding folding) {
      graph.addLayer(name, new ActivationLayer(Activation.IDENTITY), folding, x);
      return name;
    }

    @Override
    public String convolution(String name, String x, int in, int out) {
      return add(name, x, new ConvolutionLayer.Builder(3, 3).nOut(out).hasBias(false).build());
    }

    @Override
    public String batchNorm(String name, String x, int features) {
      var builder = new BatchNormalization.Builder().eps(UNet.BATCH_NORM_EPSILON).useLogStd(false);
      return add(name, x, builder.build());
    }

    @Override
    public String relu(String name, String x) {
      return add(name, x, new ActivationLayer(Activation.RELU));
    }

    @Override
    public String maxPool(String name, String x) {
      var builder =
          new SubsamplingLayer.Builder(SubsamplingLayer.PoolingType.MAX, new int[] {2, 2});
      return add(name, x, builder.stride(2, 2).build());
    }

    @Override
    public String upConvolution(String name, String x, int in, int out) {
      return add(name, x, new Deconvolution2D.Builder(2, 2).stride(2, 2).nOut(out).build());
    }

    @Override
    public String concatenate(String name, String x, String skip) {
      graph.addVertex(name, new MergeVertex(), x, skip);
      return name;
    }

    @Override
    public String mask(String name, String x, int in, int out) {
      var builder = new ConvolutionLayer.Builder(1, 1).nOut(out).activation(Activation.SIGMOID);
      return add(name, x, builder.weightInit(WeightInit.XAVIER).build());
    }
  }

  /**
   * How a network is fitted.
   *
   * @param updater turns gradients into steps
   * @param weightDecay share of a convolution's weights that a step subtracts from them, as a
   *     multiple of the learning rate; normalisations and biases keep theirs
   * @param loss what is minimised
   * @param frozenBatchNorm as in {@code Optimizer}; this engine has no such thing
   */
  public record LearningRule(
      IUpdater updater, double weightDecay, Loss loss, boolean frozenBatchNorm) {}
}
