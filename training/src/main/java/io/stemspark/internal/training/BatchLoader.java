package io.stemspark.internal.training;

import java.io.IOException;
import org.nd4j.linalg.dataset.MultiDataSet;

/**
 * Makes the batch of a key, augmented.
 *
 * @param <K> the kind of key
 */
@FunctionalInterface
public interface BatchLoader<K extends BatchKey> {
  MultiDataSet load(K key) throws IOException;
}
