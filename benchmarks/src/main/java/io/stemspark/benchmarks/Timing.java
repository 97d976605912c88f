package io.stemspark.benchmarks;

import java.util.Optional;

/**
 * What a contestant took.
 *
 * @param milliseconds median
 * @param yardstick name of the contestant that this one is compared with
 * @param ratio to the yardstick's median; empty without a yardstick
 */
record Timing(
    String engine, double milliseconds, Optional<String> yardstick, Optional<Double> ratio) {}
