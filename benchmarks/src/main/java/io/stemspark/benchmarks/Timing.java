package io.stemspark.benchmarks;

import java.util.Optional;

/**
 * What a contestant took.
 *
 * @param milliseconds median
 * @param yardstick name of the contestant that this one is compared with
 * @param ratio median of the rounds' ratios to the yardstick; empty without a yardstick
 */
record Timing(
    String engine, double milliseconds, Optional<String> yardstick, Optional<Double> ratio) {}
