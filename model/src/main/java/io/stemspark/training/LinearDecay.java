package io.stemspark.training;

import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * A learning rate that falls linearly to zero. ND4J has none: the factor of its {@code
 * PolySchedule} is (1 + step / steps) ^ power, which rises.
 */
public final class LinearDecay implements ISchedule {
  private static final long serialVersionUID = 1;

  private final double initial;
  private final int steps;

  /**
   * @param initial the rate of the first step
   * @param steps how many there will be
   */
  @JsonCreator
  public LinearDecay(@JsonProperty("initial") double initial, @JsonProperty("steps") int steps) {
    this.initial = initial;
    this.steps = steps;
  }

  public double getInitial() {
    return initial;
  }

  public int getSteps() {
    return steps;
  }

  @Override
  public double valueAt(int step, int epoch) {
    return initial * Math.max(0, 1 - (double) step / steps);
  }

  @Override
  public ISchedule clone() {
    return this; // immutable
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof LinearDecay that && that.initial == initial && that.steps == steps;
  }

  @Override
  public int hashCode() {
    return Double.hashCode(initial) + 31 * steps;
  }
}
