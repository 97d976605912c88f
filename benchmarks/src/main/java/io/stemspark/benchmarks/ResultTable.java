package io.stemspark.benchmarks;

import java.util.List;
import java.util.Locale;

/** Collects timings as a Markdown table. */
final class ResultTable {
  private final StringBuilder rows =
      new StringBuilder(
          """
          | network | what | engine | median ms | ratio |
          |---|---|---|---:|---|
          """);

  void add(String network, String what, List<Timing> timings) {
    for (Timing timing : timings) {
      String ratio =
          timing
              .ratio()
              .map(
                  r -> String.format(Locale.ROOT, "%.2f x %s", r, timing.yardstick().orElseThrow()))
              .orElse("");
      rows.append(
          String.format(
              Locale.ROOT,
              "| %s | %s | %s | %.1f | %s |%n",
              network,
              what,
              timing.engine(),
              timing.milliseconds(),
              ratio));
    }
  }

  String markdown() {
    return rows.toString();
  }
}
