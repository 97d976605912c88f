package io.stemspark.internal.report;

import java.io.Serializable;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/**
 * A linear axis. Positions on it are in percent of its length.
 *
 * @param low the value at its start
 * @param high the value at its end, which is larger
 */
record Axis(double low, double high) {
  private static final int MAX_TICKS = 6;

  /**
   * A mark on an axis.
   *
   * @param at its position in percent
   */
  public record Tick(double at, String label) implements Serializable {}

  double at(double value) {
    return 100 * (value - low) / (high - low);
  }

  /** Marks at 1, 2 or 5 times a power of ten. */
  List<Tick> ticks() {
    BigDecimal step = step((high - low) / MAX_TICKS);
    List<Tick> ticks = new ArrayList<>();
    long last = (long) Math.floor(high / step.doubleValue());
    for (long i = (long) Math.ceil(low / step.doubleValue()); i <= last; i++) {
      BigDecimal value = step.multiply(BigDecimal.valueOf(i));
      ticks.add(new Tick(at(value.doubleValue()), value.stripTrailingZeros().toPlainString()));
    }
    return ticks;
  }

  /** The smallest of the round numbers that is no less than {@code least}. */
  private static BigDecimal step(double least) {
    int power = (int) Math.floor(Math.log10(least));
    for (int digit : new int[] {1, 2, 5}) {
      BigDecimal step = BigDecimal.valueOf(digit).scaleByPowerOfTen(power);
      if (step.doubleValue() >= least) {
        return step;
      }
    }
    return BigDecimal.ONE.scaleByPowerOfTen(power + 1);
  }
}
