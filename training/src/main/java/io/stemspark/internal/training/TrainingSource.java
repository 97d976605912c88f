package io.stemspark.internal.training;

import java.io.IOException;
import java.util.List;

/**
 * Where training patches come from.
 *
 * @param <K> names its batches
 */
public interface TrainingSource<K extends BatchKey> {
  /** The keys of an epoch's batches, shuffled by {@code seed}. */
  List<K> batches(long seed);

  /** Some patches of the training split, at most {@code most}; always the same ones. */
  List<StemPatch> sample(int most) throws IOException;

  /**
   * Patches to score the network on, at most {@code most}; none if there is no validation split.
   */
  List<StemPatch> validation(int most) throws IOException;
}
