package io.stemspark.internal.dataset;

import io.stemspark.internal.training.BatchKey;
import java.util.List;

/**
 * The key of a batch of a feature dataset.
 *
 * @param seed of the augmentation
 */
public record FeatureBatch(long seed, List<PatchReference> patches) implements BatchKey {
  @Override
  public List<String> tracks() {
    return patches.stream().map(PatchReference::trackId).toList();
  }
}
