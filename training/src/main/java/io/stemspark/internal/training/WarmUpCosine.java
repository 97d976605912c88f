package io.stemspark.internal.training;

import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * A learning rate that rises linearly from zero, and from there falls to zero along half a cosine
 * (Loshchilov and Hutter, 2017, without restarts).
 */
final class WarmUpCosine implements ISchedule {
  private static final long serialVersionUID = 1;

  private final double highest;
  private final int warmUp;
  private final int steps;

  /**
   * @param highest the rate after the warm-up
   * @param warmUp steps of it
   * @param steps how many there will be in all
   */
  @JsonCreator
  public WarmUpCosine(
      @JsonProperty("highest") double highest,
      @JsonProperty("warmUp") int warmUp,
      @JsonProperty("steps") int steps) {
    this.highest = highest;
    this.warmUp = warmUp;
    this.steps = steps;
  }

  public double getHighest() {
    return highest;
  }

  public int getWarmUp() {
    return warmUp;
  }

  public int getSteps() {
    return steps;
  }

  @Override
  public double valueAt(int step, int epoch) {
    if (step < warmUp) {
      return highest * (step + 1) / warmUp;
    }
    double done = Math.min(1, (double) (step - warmUp) / Math.max(1, steps - warmUp));
    return highest * (1 + Math.cos(Math.PI * done)) / 2;
  }

  @Override
  public ISchedule clone() {
    return this; // immutable
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof WarmUpCosine that
        && that.highest == highest
        && that.warmUp == warmUp
        && that.steps == steps;
  }

  @Override
  public int hashCode() {
    return Double.hashCode(highest) + 31 * warmUp + 961 * steps;
  }
}
