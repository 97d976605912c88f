package io.stemspark.cli;

import io.stemspark.run.InputException;

/** The model that a command uses when none is named. */
final class Bundles {
  private Bundles() {}

  static String require(String model) {
    if (model == null || model.isEmpty() || model.startsWith("${")) {
      throw new InputException(
          "No model: name a bundle with --model (the launcher ./stemspark has a starter bundle)");
    }
    return model;
  }
}
