package io.stemspark.metrics;

/** Who made an estimate. */
public enum Estimator {
  /** Whoever is to be evaluated. */
  EVALUATED,
  /** Nobody: the mixture, taken for each of the stems. The floor. */
  MIXTURE,
  /** A mask of the share of power that the reference has in the mixture. */
  RATIO_MASK,
  /** A mask of ones and zeros: which reference is stronger. */
  BINARY_MASK;

  /** The name in files and tables. */
  public String words() {
    return switch (this) {
      case EVALUATED -> "estimate";
      case MIXTURE -> "mixture";
      case RATIO_MASK -> "ideal ratio mask";
      case BINARY_MASK -> "ideal binary mask";
    };
  }
}
