package io.stemspark.internal.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class BatchOrderTest {
  private static final int EPOCHS = 500;

  private static List<Long> epochs(long seed) {
    List<Long> seeds = new ArrayList<>();
    for (int epoch = 1; epoch <= EPOCHS; epoch++) {
      seeds.add(BatchOrder.seedOf(seed, epoch));
    }
    return seeds;
  }

  @Test
  void trainingsOfNeighbouringSeedsShareNoEpoch() {
    Set<Long> all = new TreeSet<>();
    int seeds = 100;
    for (int seed = 0; seed < seeds; seed++) {
      all.addAll(epochs(seed));
    }
    assertThat(all).hasSize(seeds * EPOCHS);
  }
}
