package io.stemspark.training;

import java.util.Optional;

/**
 * What an epoch of training reached.
 *
 * @param number counted from 1
 * @param loss as {@link Fitter.Fit}'s, the mean over the epoch's rounds
 * @param validation empty when there is nothing to validate on
 * @param seconds since training began
 */
public record Epoch(int number, double loss, Optional<Validation> validation, double seconds) {
  /** The SDR of the validation. */
  double sdr() {
    return validation.orElseThrow().sdr();
  }
}
