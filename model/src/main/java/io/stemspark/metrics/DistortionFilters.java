package io.stemspark.metrics;

/**
 * The filters that bring references as close to an estimate as filters of some length can: the
 * least-squares projection of the estimate on the references delayed by 0 to {@code taps - 1}
 * samples (Vincent, Gribonval and Févotte 2006).
 */
final class DistortionFilters {
  /**
   * Of the mean power of the references: little enough to be lost in rounding where they are
   * independent, enough to choose among the many solutions where they are not, as in a mono track
   * with two channels.
   */
  private static final double REGULARISATION = 1e-13;

  private static final double MORE = 100;

  private final Correlations correlations;
  private final int first;
  private final int count;
  private final int taps;
  private final Cholesky factors;

  /**
   * @param first of the reference channels to filter
   * @param count how many
   */
  DistortionFilters(Correlations correlations, int first, int count) {
    this.correlations = correlations;
    this.first = first;
    this.count = count;
    this.taps = correlations.lags();
    double power = 0;
    for (int x = first; x < first + count; x++) {
      power += correlations.at(x, x, 0) / count;
    }
    if (!Double.isFinite(power)) {
      throw new IllegalArgumentException("The references hold samples that are not finite.");
    }
    Cholesky found = null;
    for (double weight = REGULARISATION; found == null; weight *= MORE) {
      found = Cholesky.factor(gram(weight * power));
    }
    this.factors = found;
  }

  /** Inner products of all delayed references; the lower triangle is left empty. */
  private double[][] gram(double regularisation) {
    int n = count * taps;
    double[][] gram = new double[n][n];
    for (int row = 0; row < n; row++) {
      for (int column = row; column < n; column++) {
        gram[row][column] =
            correlations.at(first + row / taps, first + column / taps, row % taps - column % taps);
      }
      gram[row][row] += regularisation;
    }
    return gram;
  }

  /**
   * The filters for an estimate's channel.
   *
   * @param signal its number among the signals that were correlated
   * @return {@code [reference channel][tap]}
   */
  double[][] of(int signal) {
    double[] products = new double[count * taps];
    for (int i = 0; i < products.length; i++) {
      products[i] = correlations.at(first + i / taps, signal, i % taps);
    }
    factors.solve(products);
    double[][] filters = new double[count][taps];
    for (int c = 0; c < count; c++) {
      System.arraycopy(products, c * taps, filters[c], 0, taps);
    }
    return filters;
  }
}
