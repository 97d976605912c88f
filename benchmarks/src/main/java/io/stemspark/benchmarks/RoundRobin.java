package io.stemspark.benchmarks;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

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
    Map<String, double[]> rounds = new HashMap<>();
    for (int i = 0; i < contestants.size(); i++) {
      rounds.put(contestants.get(i).engine(), milliseconds[i]);
    }
    return contestants.stream().map(contestant -> timing(contestant, rounds)).toList();
  }

  private static double time(Runnable work) {
    long start = System.nanoTime();
    work.run();
    return (System.nanoTime() - start) / 1e6;
  }

  private static Timing timing(Contestant contestant, Map<String, double[]> rounds) {
    double[] own = rounds.get(contestant.engine());
    return new Timing(
        contestant.engine(),
        median(own),
        contestant.yardstick(),
        contestant.yardstick().map(other -> ratio(own, rounds.get(other))));
  }

  /** The median of the ratios of each round: a slow minute of the machine favours nobody. */
  private static double ratio(double[] own, double[] other) {
    return median(IntStream.range(0, own.length).mapToDouble(i -> own[i] / other[i]).toArray());
  }

  /** The mean of the two middle values when their number is even. */
  static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int half = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }
}
