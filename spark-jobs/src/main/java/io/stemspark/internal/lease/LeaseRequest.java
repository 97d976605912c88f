package io.stemspark.internal.lease;

import java.time.Duration;

/**
 * How a run wants to hold its output.
 *
 * @param duration how long its claim lasts without renewal
 * @param takeOver whether to take it from a run that seems to hold it
 */
public record LeaseRequest(Duration duration, boolean takeOver) {
  /** A minute, without taking over. */
  public static final LeaseRequest STANDARD = new LeaseRequest(Duration.ofMinutes(1), false);
}
