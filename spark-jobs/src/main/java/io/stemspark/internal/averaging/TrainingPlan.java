package io.stemspark.internal.averaging;

import io.stemspark.internal.text.SafeText;
import java.util.Optional;

/**
 * What a training would do.
 *
 * @param network in words
 * @param patches of the training split
 * @param steps of all epochs, in which each worker takes a batch
 * @param workerBytes main memory that a worker takes; 0 on a GPU, where it is little
 * @param start what the training begins with; empty for random weights
 */
public record TrainingPlan(
    String network,
    int patches,
    int epochs,
    int workers,
    int steps,
    long workerBytes,
    Optional<String> start) {
  /** All of it in words. */
  public String describe() {
    String text =
        """
        would train on %d patches
          network: %s
          epochs: %d of %d steps
          workers: %d%s
          starts from: %s"""
            .formatted(
                patches,
                network,
                epochs,
                steps / epochs,
                workers,
                workerBytes == 0
                    ? ""
                    : ", each with %d MiB beside the Java heap".formatted(workerBytes >> 20),
                start.map(SafeText::line).orElse("random weights"));
    return text.replace("\n", System.lineSeparator());
  }
}
