package io.stemspark.cli;

/**
 * Whether somebody watches. The launcher knows, and says so; Java before 22 cannot tell reliably.
 */
final class Terminal {
  private Terminal() {}

  static boolean isWatched() {
    return Boolean.getBoolean("stemspark.terminal");
  }
}
