package io.stemspark.internal.training;

import java.io.IOException;
import org.nd4j.linalg.dataset.MultiDataSet;

/** Makes the batch of a key, augmented. */
@FunctionalInterface
public interface BatchLoader {
  MultiDataSet load(String key) throws IOException;
}
