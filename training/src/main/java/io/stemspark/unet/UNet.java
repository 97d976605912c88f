package io.stemspark.unet;

import io.stemspark.network.UNetConfig;
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
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * The U-Net of Ronneberger et al. (2015) on spectrograms, after Jansson et al. (2017).
 *
 * <p>Data is (batch, channel, frame, bin). A conv block is twice (3x3 convolution without bias,
 * batch normalisation, ReLU). The encoder is conv blocks with 2x2 max pooling between them; the
 * decoder is 2x2 transposed convolutions, each followed by concatenation with the encoder's output
 * of that size and a conv block. A 1x1 convolution with a sigmoid makes the mask.
 *
 * <p>The graph has two inputs: {@value #SPECTROGRAM}, log(1 + magnitude), which the network sees,
 * and {@value #MIXTURE}, the magnitude, which the mask multiplies. Its output, the estimate of the
 * voice's magnitude, is compared with the truth by the sum of absolute differences (L1), of what
 * {@link Loss} says.
 */
public final class UNet {
  /** Input that the layers see: log(1 + magnitude of the mixture). */
  public static final String SPECTROGRAM = "spectrogram";

  /** Input that the mask multiplies: magnitude of the mixture. */
  public static final String MIXTURE = "mixture";

  public static final String MASK = "mask";
  public static final String ESTIMATE = "estimate";
  public static final double BATCH_NORM_EPSILON = 1e-5;

  private static final String LOSS = "loss";

  private UNet() {}

  /** A network with fresh weights, on which {@code init} has been called. */
  public static ComputationGraph create(
      UNetConfig config, PatchConfig patch, IUpdater updater, long seed, DataType precision) {
    return create(config, patch, new LearningRule(updater, 0, Loss.MAGNITUDE), seed, precision);
  }

  /** The same, fitted as {@code rule} says. */
  public static ComputationGraph create(
      UNetConfig config, PatchConfig patch, LearningRule rule, long seed, DataType precision) {
    var graph = builder(config, patch, rule, seed, precision);
    String mask = head(graph, config, layers(graph, config));
    ComputationGraph network = new ComputationGraph(withLoss(graph, mask, rule.loss()).build());
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
    InputType input = InputType.convolutional(patch.frames(), patch.bins(), config.inChannels());
    graph.setInputTypes(input, input);
    return graph;
  }

  /** From the spectrogram to the last features. */
  private static String layers(GraphBuilder graph, UNetConfig config) {
    String x = SPECTROGRAM; // (n, 1, frames, bins)
    for (int level = 0; level < config.levels(); level++) {
      x = convBlock(graph, encoder(level), config.features().get(level), x);
      graph.addLayer(pool(level), pooling(), x); // frames and bins halved
      x = pool(level);
    }
    x = convBlock(graph, bottleneck(), config.bottleneck(), x);
    for (int level = config.levels() - 1; level >= 0; level--) {
      int features = config.features().get(level);
      graph.addLayer(up(level), transposedConvolution(features), x); // frames and bins doubled
      graph.addVertex(join(level), new MergeVertex(), up(level), encoderOutput(level));
      x = convBlock(graph, decoder(level), features, join(level));
    }
    return x;
  }

  private static String head(GraphBuilder graph, UNetConfig config, String features) {
    graph.addLayer(MASK, head(config.outChannels()), features); // (n, 1, frames, bins), 0 to 1
    return MASK;
  }

  /** The same with the estimate and its loss behind the mask. */
  public static GraphBuilder withLoss(GraphBuilder graph, String mask, Loss loss) {
    return graph
        .addVertex(ESTIMATE, new ElementWiseVertex(ElementWiseVertex.Op.Product), mask, MIXTURE)
        .addLayer(LOSS, l1(loss), ESTIMATE)
        .setOutputs(LOSS);
  }

  private static String convBlock(GraphBuilder graph, String block, int features, String input) {
    String x = input;
    for (int i = 1; i <= 2; i++) {
      graph
          .addLayer(convolution(block, i), convolution(features), x)
          .addLayer(norm(block, i), batchNorm(), convolution(block, i))
          .addLayer(relu(block, i), new ActivationLayer(Activation.RELU), norm(block, i));
      x = relu(block, i);
    }
    return x;
  }

  private static ConvolutionLayer convolution(int features) {
    return new ConvolutionLayer.Builder(3, 3).nOut(features).hasBias(false).build();
  }

  private static BatchNormalization batchNorm() {
    return new BatchNormalization.Builder().eps(BATCH_NORM_EPSILON).useLogStd(false).build();
  }

  private static SubsamplingLayer pooling() {
    return new SubsamplingLayer.Builder(SubsamplingLayer.PoolingType.MAX, new int[] {2, 2})
        .stride(2, 2)
        .build();
  }

  private static Deconvolution2D transposedConvolution(int features) {
    return new Deconvolution2D.Builder(2, 2).stride(2, 2).nOut(features).build();
  }

  private static ConvolutionLayer head(int channels) {
    return new ConvolutionLayer.Builder(1, 1)
        .nOut(channels)
        .activation(Activation.SIGMOID)
        .weightInit(WeightInit.XAVIER)
        .build();
  }

  private static CnnLossLayer l1(Loss loss) {
    return new CnnLossLayer.Builder(LossFunction.L1).activation(loss.activation()).build();
  }

  public static String encoder(int level) {
    return "encoder" + level;
  }

  public static String decoder(int level) {
    return "decoder" + level;
  }

  public static String bottleneck() {
    return "bottleneck";
  }

  public static String pool(int level) {
    return "pool" + level;
  }

  public static String up(int level) {
    return "up" + level;
  }

  public static String join(int level) {
    return "join" + level;
  }

  public static String convolution(String block, int index) {
    return block + ".conv" + index;
  }

  public static String norm(String block, int index) {
    return block + ".norm" + index;
  }

  public static String relu(String block, int index) {
    return block + ".relu" + index;
  }

  public static String encoderOutput(int level) {
    return relu(encoder(level), 2);
  }
}
