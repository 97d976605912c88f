package io.stemspark.internal.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.stemspark.internal.export.UNetParameters;
import io.stemspark.internal.export.UNetParameters.Parameter;
import io.stemspark.network.UNetConfig;
import io.stemspark.network.UNetConfig.Fold;
import io.stemspark.patch.PatchConfig;
import io.stemspark.unet.Loss;
import io.stemspark.unet.UNetGraph;
import io.stemspark.unet.UNetGraph.LearningRule;
import java.util.List;
import java.util.stream.LongStream;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.ops.transforms.Transforms;

/** libtorch computes what ND4J computes: inference, gradients, and training. */
@Tag("integration")
class TorchTest {
  private static final UNetConfig STARTER = new UNetConfig(1, 1, List.of(16, 32, 48, 64, 96));
  private static final UNetConfig DEFAULT = new UNetConfig(1, 1, List.of(64, 128, 256, 512));
  private static final double STEP = 1e-3;
  private static final int STEPS = 5;

  private static final UNetConfig FOLDED = new UNetConfig(2, 2, List.of(8, 12, 16), new Fold(2, 4));

  private static final UNetConfig THREE_STEMS =
      new UNetConfig(2, 6, List.of(8, 12), new Fold(2, 2));

  static List<UNetConfig> networks() {
    return List.of(STARTER, DEFAULT, FOLDED, THREE_STEMS);
  }

  /** Small, but two bins wide in the bottleneck. */
  private static PatchConfig patch(UNetConfig unet) {
    return new PatchConfig(
        unet.fold().frames() << unet.levels(), (2 * unet.fold().bins()) << unet.levels());
  }

  private static ComputationGraph nd4j(UNetConfig unet, DataType precision) {
    return UNetGraph.create(unet, patch(unet), new Adam(STEP), 1, precision);
  }

  private static ComputationGraph torch(UNetConfig unet, DataType precision) {
    return torch(unet, precision, false);
  }

  private static ComputationGraph torch(UNetConfig unet, DataType precision, boolean bfloat16) {
    LearningRule rule = new LearningRule(new Adam(STEP), 0, Loss.MAGNITUDE, false);
    return TorchLayer.graph(unet, patch(unet), rule, 1, precision, bfloat16);
  }

  /** Magnitudes between 0 and 4, of which stems have parts. */
  private static MultiDataSet batch(UNetConfig unet) {
    Nd4j.getRandom().setSeed(3);
    PatchConfig patch = patch(unet);
    INDArray mixture =
        Nd4j.rand(DataType.FLOAT, 2, unet.inChannels(), patch.frames(), patch.bins()).muli(4);
    INDArray mixtures = Nd4j.tile(mixture, 1, unet.stems(), 1, 1);
    INDArray stems = mixtures.mul(Nd4j.rand(DataType.FLOAT, mixtures.shape()));
    INDArray spectrogram = Transforms.log(mixture.add(1));
    return new MultiDataSet(new INDArray[] {spectrogram, mixtures}, new INDArray[] {stems});
  }

  @ParameterizedTest
  @MethodSource("networks")
  void parametersLieAsDeeplearning4jKeepsThem(UNetConfig unet) {
    ComputationGraph nd4j = nd4j(unet, DataType.FLOAT);
    UNetParameters parameters = new UNetParameters(unet);
    assertThat(parameters.length()).isEqualTo(nd4j.numParams());
    assertThat(parameters.all().stream().map(Parameter::key))
        .containsExactlyElementsOf(nd4j.paramTable().keySet());
    for (Parameter parameter : parameters.all()) {
      INDArray expected = nd4j.paramTable().get(parameter.key());
      assertThat(parameter.shape().stream().filter(side -> side > 1).toList())
          .as(parameter.key())
          .isEqualTo(LongStream.of(expected.shape()).filter(side -> side > 1).boxed().toList());
      assertThat(parameter.of(nd4j.params()).dup('c').data().asFloat())
          .as(parameter.key())
          .isEqualTo(expected.dup('c').data().asFloat());
    }
  }

  /** In double precision, where no rounding can take one of the two across a kink. */
  @ParameterizedTest
  @MethodSource("networks")
  void stepsAgree(UNetConfig unet) {
    ComputationGraph nd4j = nd4j(unet, DataType.DOUBLE);
    ComputationGraph torch = torch(unet, DataType.DOUBLE);
    MultiDataSet batch = batch(unet);
    for (int step = 0; step < STEPS; step++) {
      if (step == 0 || step == STEPS - 1) {
        assertPassesAgree(nd4j, torch, batch);
      }
      nd4j.fit(batch);
      torch.fit(batch);
    }
    assertThat(difference(nd4j.params(), torch.params())).isLessThan(1e-9);
    assertThat(
            difference(
                nd4j.getUpdater().getStateViewArray(), torch.getUpdater().getStateViewArray()))
        .isLessThan(1e-9);
  }

  private static void assertPassesAgree(
      ComputationGraph nd4j, ComputationGraph torch, MultiDataSet batch) {
    assertThat(difference(output(nd4j, true, batch), output(torch, true, batch))).isLessThan(1e-9);
    assertThat(difference(output(nd4j, false, batch), output(torch, false, batch)))
        .isLessThan(1e-9);
    computeGradient(nd4j, batch);
    computeGradient(torch, batch);
    assertThat(Math.abs(torch.score() / nd4j.score() - 1)).isLessThan(1e-9);
    assertThat(difference(nd4j.getFlattenedGradients(), torch.getFlattenedGradients()))
        .isLessThan(1e-9);
  }

  /**
   * The first gradient is that of double precision but for rounding. Steps of Adam are not, with
   * either engine: a rounding that takes a value across a kink of ReLU, pooling or the loss changes
   * gradients, and Adam makes whole steps of those that are nearly nothing. In double precision,
   * weights that differ in their last single-precision bit at first are 3 % apart after ten steps
   * of the default network; these bounds only tell rounding from a mistake.
   */
  @ParameterizedTest
  @MethodSource("networks")
  void singlePrecisionIsAsGoodAsItCanBe(UNetConfig unet) {
    ComputationGraph torch = torch(unet, DataType.FLOAT);
    ComputationGraph exact = nd4j(unet, DataType.DOUBLE);
    exact.setParams(torch.params().castTo(DataType.DOUBLE));
    MultiDataSet batch = batch(unet);
    assertThat(difference(output(exact, true, batch), output(torch, true, batch))).isLessThan(1e-5);
    assertThat(difference(output(exact, false, batch), output(torch, false, batch)))
        .isLessThan(1e-5);
    computeGradient(exact, batch);
    computeGradient(torch, batch);
    assertThat(Math.abs(torch.score() / exact.score() - 1)).isLessThan(1e-4);
    assertThat(difference(exact.getFlattenedGradients(), torch.getFlattenedGradients()))
        .isLessThan(1e-4);
    INDArray start = exact.params().dup();
    for (int step = 0; step < STEPS; step++) {
      exact.fit(batch);
      torch.fit(batch);
    }
    INDArray way = exact.params().sub(start);
    assertThat(difference(way, torch.params().castTo(DataType.DOUBLE).sub(start))).isLessThan(0.25);
    computeGradient(exact, batch);
    computeGradient(torch, batch);
    assertThat(Math.abs(torch.score() / exact.score() - 1)).isLessThan(0.03);
  }

  /** A level more is four more convolutions that round. */
  static List<Arguments> roundings() {
    return List.of(
        Arguments.of(new UNetConfig(1, 1, List.of(8, 16, 32, 64)), 0.02),
        Arguments.of(STARTER, 0.05),
        Arguments.of(new UNetConfig(2, 2, List.of(64, 64, 64), new Fold(2, 4)), 0.05));
  }

  /** Its numbers have eight binary digits, which steps along noisy gradients can do with. */
  @ParameterizedTest
  @MethodSource("roundings")
  void halfPrecisionLearnsAsMuch(UNetConfig unet, double rounding) {
    ComputationGraph single = torch(unet, DataType.FLOAT);
    ComputationGraph half = torch(unet, DataType.FLOAT, true);
    MultiDataSet batch = batch(unet);
    assertThat(difference(output(single, true, batch), output(half, true, batch)))
        .isBetween(1e-6, rounding);
    computeGradient(single, batch);
    computeGradient(half, batch);
    double first = single.score();
    assertThat(Math.abs(half.score() / first - 1)).isLessThan(0.01);
    for (int step = 0; step < 30; step++) {
      single.fit(batch);
      half.fit(batch);
    }
    assertThat(single.score()).isLessThan(0.8 * first);
    assertThat(half.score()).isCloseTo(single.score(), withinPercentage(10));
  }

  private static ComputationGraph frozen(
      UNetConfig unet, Loss loss, boolean bfloat16, DataType precision) {
    LearningRule rule = new LearningRule(new Adam(STEP), 0, loss, true);
    return TorchLayer.graph(unet, patch(unet), rule, 1, precision, bfloat16);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void frozenBatchNormsKeepTheirStatistics(boolean bfloat16) {
    ComputationGraph network = frozen(STARTER, Loss.MAGNITUDE, bfloat16, DataType.FLOAT);
    MultiDataSet batch = batch(STARTER);
    UNetParameters parameters = new UNetParameters(STARTER);
    List<INDArray> before =
        parameters.statistics().stream().map(p -> p.of(network.params()).dup()).toList();
    INDArray weights = network.params().dup();
    computeGradient(network, batch);
    double first = network.score();
    for (int step = 0; step < 20; step++) {
      network.fit(batch);
    }
    assertThat(parameters.statistics().stream().map(p -> p.of(network.params()).dup()).toList())
        .isEqualTo(before);
    assertThat(network.params()).isNotEqualTo(weights);
    computeGradient(network, batch);
    assertThat(network.score()).isLessThan(0.9 * first);
  }

  /**
   * They compute what they compute in use, and the gradient is that of this: finite differences.
   */
  @ParameterizedTest
  @EnumSource
  void gradientsOfFrozenBatchNorms(Loss loss) {
    UNetConfig unet = new UNetConfig(2, 2, List.of(4, 6), new Fold(2, 2));
    assertGradients(unet, frozen(unet, loss, false, DataType.DOUBLE));
  }

  private static void assertGradients(UNetConfig unet, ComputationGraph network) {
    MultiDataSet batch = batch(unet);
    assertThat(difference(output(network, false, batch), output(network, true, batch)))
        .isLessThan(1e-12);
    computeGradient(network, batch);
    INDArray gradient = network.getFlattenedGradients().dup();
    double step = 1e-6;
    for (Parameter parameter : new UNetParameters(unet).learned()) {
      INDArray values = parameter.of(network.params());
      // The gradient is a sum over the two patches, and the score their mean.
      double analytic = parameter.of(gradient).getDouble(0) / 2;
      double value = values.getDouble(0);
      values.putScalar(0, value + step);
      computeGradient(network, batch);
      double above = network.score();
      values.putScalar(0, value - step);
      computeGradient(network, batch);
      double below = network.score();
      values.putScalar(0, value);
      assertThat((above - below) / (2 * step))
          .as(parameter.key())
          .isCloseTo(analytic, within(1e-3 + 1e-2 * Math.abs(analytic)));
    }
  }

  @Test
  void trainingIsDeterministic() {
    INDArray first = trained();
    assertThat(trained().dup('c').data().asFloat()).isEqualTo(first.dup('c').data().asFloat());
  }

  private static INDArray trained() {
    ComputationGraph network = torch(STARTER, DataType.FLOAT);
    MultiDataSet batch = batch(STARTER);
    for (int step = 0; step < 5; step++) {
      network.fit(batch);
    }
    return network.params();
  }

  @ParameterizedTest
  @EnumSource
  void configurationSurvivesDeeplearning4jsJson(Loss loss) {
    String json = frozen(STARTER, loss, true, DataType.FLOAT).getConfiguration().toJson();
    assertThat(ComputationGraphConfiguration.fromJson(json).toJson()).isEqualTo(json);
  }

  private static INDArray output(ComputationGraph network, boolean training, MultiDataSet batch) {
    return network.output(training, batch.getFeatures())[0];
  }

  private static void computeGradient(ComputationGraph network, MultiDataSet batch) {
    network.setInputs(batch.getFeatures());
    network.setLabels(batch.getLabels());
    network.computeGradientAndScore();
  }

  /** Norm of the difference over the norm of what is expected. */
  private static double difference(INDArray expected, INDArray actual) {
    INDArray reference = expected.castTo(DataType.DOUBLE);
    return reference.sub(actual.castTo(DataType.DOUBLE)).norm2Number().doubleValue()
        / reference.norm2Number().doubleValue();
  }
}
