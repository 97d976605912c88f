package io.stemspark.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Times contestants in turns, so that the machine's noise hits all alike. */
final class RoundRobin {
  private RoundRobin() {}

  /**
   * Times each contestant.
   *
   * @param warmups untimed rounds before
   * @param repetitions timed rounds, the median of which counts
   * @return in the contestants' order
   */
  static List<Timing> measure(List<Contestant> contestants, int warmups, int repetitions) {
    double[][] milliseconds = new double[contestants.size()][repetitions];
    for (int round = -warmups; round < repetitions; round++) {
      for (int i = 0; i < contestants.size(); i++) {
        double time = time(contestants.get(i).work());
        if (round >= 0) {
          milliseconds[i][round] = time;
        }
      }
    }
    Map<String, Double> medians = new HashMap<>();
    for (int i = 0; i < contestants.size(); i++) {
      medians.put(contestants.get(i).engine(), median(milliseconds[i]));
    }
    return timings(contestants, medians);
  }

  private static double time(Runnable work) {
    long start = System.nanoTime();
    work.run();
    return (System.nanoTime() - start) / 1e6;
  }

  private static List<Timing> timings(List<Contestant> contestants, Map<String, Double> medians) {
    List<Timing> timings = new ArrayList<>();
    for (Contestant contestant : contestants) {
      double median = medians.get(contestant.engine());
      timings.add(
          new Timing(
              contestant.engine(),
              median,
              contestant.yardstick(),
              contestant.yardstick().map(other -> median / medians.get(other))));
    }
    return timings;
  }

  /** The mean of the two middle values when their number is even. */
  static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int half = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }
}
