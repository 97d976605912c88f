package io.stemspark.internal.torch;

import io.stemspark.network.UNetConfig;
import io.stemspark.patch.PatchConfig;
import io.stemspark.unet.UNet;
import io.stemspark.unet.UNetGraph;
import io.stemspark.unet.UNetGraph.LearningRule;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.NoOp;

/** The Deeplearning4j graph of {@link UNet} whose layers are one, which libtorch computes. */
public final class TorchGraph {
  private TorchGraph() {}

  /**
   * A network with the fresh weights that {@link UNet#create} gives.
   *
   * @param bfloat16 whether its convolutions are trained in bfloat16
   * @throws IllegalStateException in a build whose arrays lie on a GPU, where libtorch cannot see
   *     them
   */
  public static ComputationGraph create(
      UNetConfig config,
      PatchConfig patch,
      LearningRule rule,
      long seed,
      DataType precision,
      boolean bfloat16) {
    if (!Nd4j.getEnvironment().isCPU()) {
      throw new IllegalStateException(
          "a build of -Pcuda-legacy trains with stemspark.training.compute = nd4j alone: its arrays lie"
              + " on a GPU, where libtorch cannot see them");
    }
    INDArray weights = UNetGraph.create(config, patch, new NoOp(), seed, precision).params();
    var graph = UNetGraph.builder(config, patch, rule, seed, precision);
    graph.addLayer(UNet.MASK, new TorchLayer(config, bfloat16), UNetGraph.SPECTROGRAM);
    ComputationGraph network =
        new ComputationGraph(UNetGraph.withLoss(graph, UNet.MASK, rule.loss()).build());
    network.init(weights, false);
    return network;
  }
}
