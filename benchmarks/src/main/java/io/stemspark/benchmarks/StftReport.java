package io.stemspark.benchmarks;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * Runs {@link StftBenchmark} several times over and prints medians as a Markdown table. A ratio is
 * the median of the ratios of each time, so that a machine that is slower for a minute does not
 * favour one side.
 */
public final class StftReport {
  private static final int ROUNDS = 7;
  private static final String OWN = "Stemspark";

  /** Milliseconds, by case ("2048 | forward") and contestant, one for each round. */
  private final Map<String, Map<String, List<Double>>> times = new TreeMap<>();

  public static void main(String[] arguments) throws RunnerException {
    StftReport report = new StftReport();
    for (int i = 0; i < ROUNDS; i++) {
      report.add(
          new Runner(
                  new OptionsBuilder()
                      .include(StftBenchmark.class.getName())
                      .warmupIterations(2)
                      .measurementIterations(3)
                      .measurementTime(TimeValue.milliseconds(500))
                      .build())
              .run());
    }
    report.print();
  }

  private void add(Collection<RunResult> results) {
    for (RunResult result : results) {
      String label = result.getPrimaryResult().getLabel();
      String direction = label.startsWith("forward") ? "forward" : "inverse";
      times
          .computeIfAbsent(
              "%s | %s".formatted(result.getParams().getParam("fftSize"), direction),
              key -> new TreeMap<>())
          .computeIfAbsent(label.substring(direction.length()), key -> new ArrayList<>())
          .add(result.getPrimaryResult().getScore());
    }
  }

  private void print() {
    System.out.println(Machine.describe());
    System.out.println(
        """

        | FFT size | direction | Stemspark, ms | JTransforms | FFTW | FFTW alone |
        |---:|---|---:|---:|---:|---:|""");
    times.forEach(
        (name, contestants) ->
            System.out.printf(
                Locale.ROOT,
                "| %s | %.1f | %.2f x | %.2f x | %.2f x |%n",
                name,
                median(contestants.get(OWN)),
                ratio(contestants, "JTransforms"),
                ratio(contestants, "Fftw"),
                ratio(contestants, "FftwAlone")));
  }

  /** The other's time as a multiple of ours. */
  private static double ratio(Map<String, List<Double>> contestants, String other) {
    List<Double> ratios = new ArrayList<>();
    for (int i = 0; i < ROUNDS; i++) {
      ratios.add(contestants.get(other).get(i) / contestants.get(OWN).get(i));
    }
    return median(ratios);
  }

  private static double median(List<Double> values) {
    return values.stream().sorted().toList().get(values.size() / 2);
  }
}
