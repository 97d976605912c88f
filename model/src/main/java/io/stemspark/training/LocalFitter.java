package io.stemspark.training;

import io.stemspark.patch.PatchConfig;
import java.io.IOException;
import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;

/** Computes training steps in this process: the reference for distributed training. */
public final class LocalFitter implements Fitter {
  private final ComputationGraph network;
  private final PatchConfig patch;
  private final BatchLoader loader;

  public LocalFitter(ComputationGraph network, PatchConfig patch, BatchLoader loader) {
    this.network = network;
    this.patch = patch;
    this.loader = loader;
  }

  @Override
  public double fit(List<String> batches) throws IOException {
    double sum = 0;
    for (String key : batches) {
      network.fit(loader.load(key));
      sum += network.score();
    }
    return sum / batches.size() / patch.size();
  }

  @Override
  public ComputationGraph network() {
    return network;
  }

  @Override
  public int batchesPerRound() {
    return 1;
  }
}
