package io.stemspark.training;

import java.util.Optional;

/**
 * The result of an epoch of training.
 *
 * @param number counted from 1
 * @param loss mean absolute error per element, the mean over the epoch's rounds
 * @param validation empty when there is nothing to validate on
 * @param seconds since training began
 */
public record Epoch(int number, double loss, Optional<Validation> validation, double seconds) {
  /**
   * Whether this epoch's weights are kept in place of those of an earlier one. Where all voices are
   * silent, no epoch has a score, and the later one is kept.
   *
   * @throws java.util.NoSuchElementException when one of the two was not validated
   */
  public boolean isBetterThan(Epoch before) {
    boolean scored = before.sdr() > Double.NEGATIVE_INFINITY;
    return !scored || sdr() > before.sdr();
  }

  private double sdr() {
    return validation.orElseThrow().sdr();
  }

  /**
   * How well a network separates patches that it was not trained on.
   *
   * @param loss mean absolute error of the stems' magnitudes
   * @param sdr of the masked mixture's spectra against the stems', mean of these, in dB
   * @param mixtureSdr of the mixture itself, which is the score without any separation, in dB
   */
  public record Validation(double loss, double sdr, double mixtureSdr) {}
}
