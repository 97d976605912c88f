package io.stemspark.benchmarks;

import java.util.Optional;

/**
 * One way to do a piece of work.
 *
 * @param engine its name
 * @param yardstick name of the contestant that its time is divided by
 * @param work what is timed
 */
record Contestant(String engine, Optional<String> yardstick, Runnable work) {
  static Contestant alone(String engine, Runnable work) {
    return new Contestant(engine, Optional.empty(), work);
  }

  static Contestant against(String yardstick, String engine, Runnable work) {
    return new Contestant(engine, Optional.of(yardstick), work);
  }
}
