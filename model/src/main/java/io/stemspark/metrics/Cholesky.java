package io.stemspark.metrics;

/** Solves A x = b for a symmetric positive definite A, by its factors A = U^T U. */
final class Cholesky {
  /** Rows that are taken off all later ones together, while those are in the first cache. */
  private static final int PIVOTS = 16;

  private final double[][] upper;

  private Cholesky(double[][] upper) {
    this.upper = upper;
  }

  /**
   * Factors a matrix.
   *
   * @param matrix rows of A, of which entries on the diagonal and to its right count; replaced
   * @return null where the matrix is not positive definite, as far as its digits tell
   */
  static Cholesky factor(double[][] matrix) {
    int n = matrix.length;
    for (int first = 0; first < n; first += PIVOTS) {
      int last = Math.min(n, first + PIVOTS);
      for (int k = first; k < last; k++) {
        for (int j = first; j < k; j++) {
          subtract(matrix[j][k], matrix[j], matrix[k], k);
        }
        if (!(matrix[k][k] > 0)) {
          return null;
        }
        scale(matrix[k], 1 / Math.sqrt(matrix[k][k]), k);
      }
      for (int row = last; row < n; row++) {
        int j = first;
        for (; j + 4 <= last; j += 4) {
          subtract(matrix, j, row);
        }
        for (; j < last; j++) {
          subtract(matrix[j][row], matrix[j], matrix[row], row);
        }
      }
    }
    return new Cholesky(matrix);
  }

  private static void scale(double[] row, double factor, int from) {
    for (int i = from; i < row.length; i++) {
      row[i] *= factor;
    }
  }

  private static void subtract(double factor, double[] pivot, double[] row, int from) {
    for (int i = from; i < row.length; i++) {
      row[i] -= factor * pivot[i];
    }
  }

  /** Takes four pivots off a row: one load and one store of it for all of them. */
  private static void subtract(double[][] matrix, int first, int row) {
    double[] target = matrix[row];
    double[] p0 = matrix[first];
    double[] p1 = matrix[first + 1];
    double[] p2 = matrix[first + 2];
    double[] p3 = matrix[first + 3];
    double f0 = p0[row];
    double f1 = p1[row];
    double f2 = p2[row];
    double f3 = p3[row];
    for (int i = row; i < target.length; i++) {
      target[i] -= f0 * p0[i] + f1 * p1[i] + f2 * p2[i] + f3 * p3[i];
    }
  }

  /** Replaces b by x. */
  void solve(double[] b) {
    int n = upper.length;
    for (int i = 0; i < n; i++) {
      b[i] /= upper[i][i];
      double value = b[i];
      double[] row = upper[i];
      for (int j = i + 1; j < n; j++) {
        b[j] -= value * row[j];
      }
    }
    for (int i = n - 1; i >= 0; i--) {
      double[] row = upper[i];
      double sum = b[i];
      for (int j = i + 1; j < n; j++) {
        sum -= row[j] * b[j];
      }
      b[i] = sum / row[i];
    }
  }
}
