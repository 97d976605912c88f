package io.stemspark.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.stemspark.network.UNetConfig;
import io.stemspark.patch.PatchConfig;
import io.stemspark.unet.UNetGraph;
import java.util.List;
import org.assertj.core.data.Percentage;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.learning.config.Adam;

/** Both engines have to do the same work for their times to be compared. */
class TorchEngineTest {
  private static final PatchConfig PATCH = new PatchConfig(16, 32);
  private static final UNetConfig UNET = new UNetConfig(1, 1, List.of(4, 8));
  private static final double LEARNING_RATE = 1e-3;

  private final ExamplePatches example = new ExamplePatches(PATCH, 1, 1);
  private final ComputationGraph graph =
      UNetGraph.create(UNET, PATCH, new Adam(LEARNING_RATE), 1, DataType.FLOAT);

  @Test
  void masksAreDeeplearning4js() {
    float[] expected = new float[example.mixture().length];
    new Dl4jNetwork(graph, PATCH).run(example.mixture(), 1, expected);
    assertThat(engine().masks()).containsExactly(expected, within(1e-4f));
  }

  @Test
  void lossesAreDeeplearning4jsStepByStep() {
    TorchEngine torch = engine();
    MultiDataSet batch = example.batch();
    double before = Double.POSITIVE_INFINITY;
    for (int step = 0; step < 5; step++) {
      graph.fit(batch);
      assertThat((double) torch.step())
          .isCloseTo(graph.score(), Percentage.withPercentage(0.1))
          .isLessThan(before);
      before = graph.score();
    }
  }

  private TorchEngine engine() {
    return new TorchEngine(UNET, graph.params(), example, LEARNING_RATE, 1);
  }
}
