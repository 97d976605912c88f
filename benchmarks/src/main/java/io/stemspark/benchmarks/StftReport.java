package io.stemspark.benchmarks;

import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/** Runs {@link StftBenchmark} and prints medians and ratios as a Markdown table. */
public final class StftReport {
  private static final double MEDIAN = 50;

  private StftReport() {}

  public static void main(String[] arguments) throws RunnerException {
    Map<String, Map<String, Double>> cases = new TreeMap<>(Comparator.naturalOrder());
    for (RunResult result :
        new Runner(new OptionsBuilder().include(StftBenchmark.class.getName()).build()).run()) {
      String size = result.getParams().getParam("fftSize");
      String name = result.getPrimaryResult().getLabel();
      String direction = name.startsWith("forward") ? "forward" : "inverse";
      cases
          .computeIfAbsent("%s | %s".formatted(size, direction), key -> new TreeMap<>())
          .put(
              name.substring(direction.length()),
              result.getPrimaryResult().getStatistics().getPercentile(MEDIAN));
    }
    System.out.println(Machine.describe());
    System.out.println(
        """

        | FFT size | direction | Stemspark, ms | JTransforms | FFTW | FFTW alone |
        |---:|---|---:|---:|---:|---:|""");
    cases.forEach(StftReport::printRow);
  }

  /** A row: our time, and the others' as multiples of it. */
  private static void printRow(String name, Map<String, Double> times) {
    double own = times.get("Stemspark");
    System.out.printf(
        Locale.ROOT,
        "| %s | %.1f | %.2f x | %.2f x | %.2f x |%n",
        name,
        own,
        times.get("JTransforms") / own,
        times.get("Fftw") / own,
        times.get("FftwAlone") / own);
  }
}
