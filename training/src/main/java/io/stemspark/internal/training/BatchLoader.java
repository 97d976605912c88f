package io.stemspark.internal.training;

import java.io.IOException;
import org.nd4j.linalg.dataset.MultiDataSet;

/** Loads and augments the batch of a key. */
@FunctionalInterface
public interface BatchLoader {
  MultiDataSet load(String key) throws IOException;
}
