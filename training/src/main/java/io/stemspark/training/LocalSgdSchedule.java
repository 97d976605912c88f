package io.stemspark.training;

import io.stemspark.settings.Section;

/**
 * When the weights of workers are averaged, and over what.
 *
 * @param period steps of each worker between two averagings, in the first epoch
 * @param lastPeriod the same in the last epoch. In between, the period changes by the same factor
 *     from each epoch to the next. Averaging often early and seldom late is better than a constant
 *     period (Lin et al., 2020, 1808.07217)
 * @param memory steps over which an exponential moving average of the averaged weights looks back;
 *     0 for no such average. The average is what is scored and kept
 * @param outerMomentum Nesterov momentum on what each averaging changes, from 0 to less than 1; 0
 *     for none (DiLoCo, Douillard et al., 2023, 2311.08105)
 * @param outerRate factor on that change; 1 with a momentum of 0 is the plain average
 */
public record LocalSgdSchedule(
    int period, int lastPeriod, int memory, double outerMomentum, double outerRate) {
  /** Plain averages. */
  public LocalSgdSchedule(int period, int lastPeriod, int memory) {
    this(period, lastPeriod, memory, 0, 1);
  }

  static LocalSgdSchedule from(Section settings) {
    return new LocalSgdSchedule(
        settings.integer("averaging-period", 1, 1_000_000),
        settings.integer("last-averaging-period", 1, 1_000_000),
        settings.integer("weight-memory", 0, 100_000_000),
        settings.number("outer-momentum", 0, 0.999),
        settings.number("outer-rate", 0, 10));
  }

  /**
   * Steps between two averagings.
   *
   * @param epoch from 1 to {@code epochs}
   */
  public int period(int epoch, int epochs) {
    double done = epochs == 1 ? 0 : (epoch - 1.0) / (epochs - 1);
    return (int) Math.round(period * Math.pow((double) lastPeriod / period, done));
  }

  /** The longest period. */
  public int longest() {
    return Math.max(period, lastPeriod);
  }
}
