package io.stemspark.internal.training;

import io.stemspark.training.Epoch;
import java.util.Map;
import java.util.TreeMap;

/** What a bundle says of its training, by name. */
public final class TrainingMetrics {
  private TrainingMetrics() {}

  /**
   * The metrics of a network.
   *
   * @param chosen the epoch whose weights it has
   */
  public static Map<String, Double> of(Epoch chosen) {
    Map<String, Double> metrics = new TreeMap<>();
    metrics.put("epoch", (double) chosen.number());
    metrics.put("training_loss", chosen.loss());
    metrics.put("training_seconds", chosen.seconds());
    chosen
        .validation()
        .ifPresent(
            scores -> {
              metrics.put("validation_loss", scores.loss());
              metrics.put("validation_sdr_db", scores.sdr());
              metrics.put("validation_mixture_sdr_db", scores.mixtureSdr());
            });
    return metrics;
  }
}
