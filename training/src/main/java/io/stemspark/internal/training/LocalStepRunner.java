package io.stemspark.internal.training;

import java.io.IOException;
import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.dataset.MultiDataSet;

/** Computes training steps in this process: the reference for distributed training. */
public record LocalStepRunner<K extends BatchKey>(ComputationGraph network, BatchLoader<K> loader)
    implements StepRunner<K> {
  @Override
  public Fit fit(List<K> batches) throws IOException {
    double[] losses = new double[batches.size()];
    long loading = 0;
    long fitting = 0;
    for (int i = 0; i < batches.size(); i++) {
      long start = System.nanoTime();
      MultiDataSet batch = loader.load(batches.get(i));
      long loaded = System.nanoTime();
      network.fit(batch);
      loading += loaded - start;
      fitting += System.nanoTime() - loaded;
      losses[i] = StepRunner.loss(network, batch);
    }
    return Fit.of(new double[][] {losses}, fitting / 1e9, loading / 1e9);
  }

  @Override
  public int workers() {
    return 1;
  }
}
