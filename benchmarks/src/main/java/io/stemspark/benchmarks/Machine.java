package io.stemspark.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;

/** Says where figures come from. */
final class Machine {
  private static final Path CPUS = Path.of("/proc/cpuinfo");
  private static final double QUIET = 0.5;

  private Machine() {}

  /** CPU, cores, JVM and load in one line, and a second that warns when the machine is busy. */
  static String describe() {
    // The average over a minute of threads that want to run; negative where it is not known.
    double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    String machine =
        String.format(
            Locale.ROOT,
            "%s, %d cores, %s %s, load average %.2f",
            cpu(),
            Runtime.getRuntime().availableProcessors(),
            System.getProperty("java.vm.name"),
            System.getProperty("java.version"),
            load);
    return load > QUIET
        ? machine + "\nWarning: the machine is busy with something else; figures will be noisy."
        : machine;
  }

  private static String cpu() {
    if (!Files.isReadable(CPUS)) {
      return System.getProperty("os.arch");
    }
    try (Stream<String> lines = Files.lines(CPUS)) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse(System.getProperty("os.arch"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
