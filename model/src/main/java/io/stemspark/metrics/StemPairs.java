package io.stemspark.metrics;

import java.io.IOException;

/** References of a track's stems and their estimates, which can be read more than once. */
@FunctionalInterface
public interface StemPairs {
  /** Opens all of them at their start; the caller closes them. */
  PairReader open() throws IOException;
}
