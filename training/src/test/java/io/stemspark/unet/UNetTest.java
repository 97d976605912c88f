package io.stemspark.unet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.stemspark.internal.torch.Nd4jBackend;
import io.stemspark.network.UNetConfig;
import io.stemspark.network.UNetConfig.Fold;
import io.stemspark.patch.PatchConfig;
import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.NoOp;

@Tag("integration")
class UNetTest {
  private static final PatchConfig PATCH = new PatchConfig(8, 16);
  private static final int BATCH = 2;

  @Test
  void convolutionsRunOnTheFastPath() {
    Nd4jBackend backend = Nd4jBackend.detect();
    assertThat(backend.fastPath())
        .as("%s; without the helper training is 13 times slower: conf/runtime.properties", backend)
        .isTrue();
  }

  @Test
  void defaultNetworkHas31MillionParameters() {
    UNetConfig config = new UNetConfig(1, 1, List.of(64, 128, 256, 512));
    ComputationGraph network =
        UNetGraph.create(config, new PatchConfig(16, 16), new NoOp(), 1, DataType.FLOAT);
    // The running means and variances of batch normalisation count as parameters here.
    assertThat(network.numParams()).isEqualTo(expectedParameters(config.features()));
    assertThat(network.numParams()).isBetween(31_000_000L, 31_100_000L);
  }

  private static long expectedParameters(List<Integer> features) {
    long sum = 0;
    long in = 1;
    for (long f : features) {
      sum += block(in, f);
      in = f;
    }
    sum += block(in, 2 * in);
    in = 2 * in;
    for (int level = features.size() - 1; level >= 0; level--) {
      long f = features.get(level);
      sum += 4 * in * f + f + block(2 * f, f);
      in = f;
    }
    return sum + in + 1;
  }

  private static long block(long in, long out) {
    return 9 * in * out + 9 * out * out + 2 * 4 * out;
  }

  static List<UNetConfig> small() {
    return List.of(
        new UNetConfig(1, 1, List.of(2, 3)), new UNetConfig(2, 2, List.of(3), new Fold(2, 4)));
  }

  @ParameterizedTest
  @MethodSource("small")
  void gradientsAgreeWithFiniteDifferences(UNetConfig config) {
    int channels = config.inChannels();
    ComputationGraph network = UNetGraph.create(config, PATCH, new NoOp(), 3, DataType.DOUBLE);
    Nd4j.getRandom().setSeed(5);
    INDArray mixture = Nd4j.rand(DataType.DOUBLE, BATCH, channels, 8, 16).muli(4);
    INDArray vocals = mixture.mul(Nd4j.rand(DataType.DOUBLE, BATCH, channels, 8, 16));
    network.setInputs(org.nd4j.linalg.ops.transforms.Transforms.log(mixture.add(1)), mixture);
    network.setLabels(vocals);
    network.computeGradientAndScore();
    // Deeplearning4j divides the gradient by the batch size only when it updates.
    INDArray analytic = network.getFlattenedGradients().div(BATCH);
    long at = 0;
    for (var entry : network.paramTable().entrySet()) {
      long length = entry.getValue().length();
      if (isLearned(entry.getKey())) {
        assertGradient(network, entry.getKey(), at, length, analytic);
      }
      at += length;
    }
  }

  /** Checks up to 24 parameters of one array, spread over it. */
  private static void assertGradient(
      ComputationGraph network, String name, long first, long length, INDArray analytic) {
    int checked = 0;
    int agreeing = 0;
    for (long i = 0; i < length; i += Math.max(1, length / 24)) {
      double numeric = finiteDifference(network, network.params(), first + i);
      double exact = analytic.getDouble(first + i);
      double error =
          Math.abs(numeric - exact) / Math.max(1e-3, Math.abs(numeric) + Math.abs(exact));
      checked++;
      agreeing += error < 1e-4 ? 1 : 0;
    }
    // ReLU, max pooling and the absolute error have kinks; a step across one disagrees.
    assertThat(agreeing).as("%s: of %d", name, checked).isGreaterThanOrEqualTo((checked + 1) / 2);
    if (checked > 8) {
      assertThat((double) agreeing / checked).as(name).isGreaterThan(0.9);
    }
  }

  private static double finiteDifference(ComputationGraph network, INDArray parameters, long i) {
    double step = 1e-6;
    double value = parameters.getDouble(i);
    parameters.putScalar(i, value + step);
    network.computeGradientAndScore();
    double above = network.score();
    parameters.putScalar(i, value - step);
    network.computeGradientAndScore();
    double below = network.score();
    parameters.putScalar(i, value);
    return (above - below) / (2 * step);
  }

  /** Batch normalisation's running statistics follow no gradient. */
  private static boolean isLearned(String name) {
    return !name.endsWith("_mean") && !name.endsWith("_var");
  }

  /** Position (h, w) of channel c f b + i b + j is element (f h + i, b w + j) of channel c. */
  @Test
  void aFoldMakesNeighboursChannels() {
    INDArray x = Nd4j.arange(2 * 2 * 4 * 6).castTo(DataType.FLOAT).reshape(2, 2, 4, 6);
    LayerWorkspaceMgr workspaces = LayerWorkspaceMgr.noWorkspacesImmutable();
    INDArray folded = new Folding(2, 3, true).preProcess(x, 2, workspaces);
    assertThat(folded.shape()).containsExactly(2, 12, 2, 2);
    for (int c = 0; c < 12; c++) {
      for (int h = 0; h < 2; h++) {
        for (int w = 0; w < 2; w++) {
          assertThat(folded.getFloat(1, c, h, w))
              .isEqualTo(x.getFloat(1, c / 6, 2 * h + c % 6 / 3, 3 * w + c % 3));
        }
      }
    }
    Folding back = new Folding(2, 3, false);
    assertThat(back.preProcess(folded, 2, workspaces)).isEqualTo(x);
    assertThat(back.backprop(x, 2, workspaces)).isEqualTo(folded);
  }

  @Test
  void refusesAPatchThatPoolingCannotHalve() {
    UNetConfig config = new UNetConfig(1, 1, List.of(2, 2, 2));
    assertThatThrownBy(() -> config.requireFits(new PatchConfig(12, 16)))
        .hasMessageContaining("multiples of 8 frames and 8 bins")
        .hasMessageContaining("12 frames x 16 bins");
  }

  @Test
  void sameSeedMakesTheSameWeights() {
    UNetConfig config = new UNetConfig(1, 1, List.of(4));
    INDArray a = UNetGraph.create(config, PATCH, new NoOp(), 9, DataType.FLOAT).params();
    INDArray b = UNetGraph.create(config, PATCH, new NoOp(), 9, DataType.FLOAT).params();
    assertThat(a.sub(b).amaxNumber().doubleValue()).isCloseTo(0, within(0.0));
  }
}
