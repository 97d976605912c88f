package io.stemspark.internal.lease;

import java.time.Duration;

/**
 * How a run wants to hold its output.
 *
 * @param duration how long its claim lasts without renewal
 * @param takeOver also from a run that seems to hold it
 */
public record LeaseRequest(Duration duration, boolean takeOver) {
  /** A minute, and nobody's output is taken over. */
  public static final LeaseRequest STANDARD = new LeaseRequest(Duration.ofMinutes(1), false);
}
