package io.stemspark.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CholeskyTest {
  /** Sizes about the number of rows that are taken off together. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 15, 16, 17, 19, 33, 100})
  void solvesWhatItIsGiven(int n) {
    double[][] a = positiveDefinite(n, new Random(n));
    double[] x = new Random(1).doubles(n, -1, 1).toArray();
    double[] b = new double[n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        b[i] += a[i][j] * x[j];
      }
    }
    Cholesky.factor(upper(a)).solve(b);
    assertThat(b).containsExactly(x, within(1e-9));
  }

  @Test
  void entriesBelowTheDiagonalDoNotCount() {
    double[][] a = upper(positiveDefinite(20, new Random(3)));
    double[] expected = new double[20];
    expected[7] = 1;
    double[] b = expected.clone();
    Cholesky.factor(copy(a)).solve(expected);
    for (int i = 0; i < 20; i++) {
      Arrays.fill(a[i], 0, i, Double.NaN);
    }
    Cholesky.factor(a).solve(b);
    assertThat(b).isEqualTo(expected);
  }

  @Test
  void whatIsNotPositiveDefiniteHasNoFactors() {
    assertThat(Cholesky.factor(new double[][] {{1, 2}, {2, 1}})).isNull();
    assertThat(Cholesky.factor(new double[][] {{0}})).isNull();
    assertThat(Cholesky.factor(new double[][] {{Double.NaN}})).isNull();
  }

  /** B^T B + I of a random B. */
  private static double[][] positiveDefinite(int n, Random random) {
    double[][] b = new double[n][];
    for (int i = 0; i < n; i++) {
      b[i] = random.doubles(n, -1, 1).toArray();
    }
    double[][] a = new double[n][n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        for (int k = 0; k < n; k++) {
          a[i][j] += b[k][i] * b[k][j];
        }
      }
      a[i][i] += 1;
    }
    return a;
  }

  private static double[][] upper(double[][] a) {
    double[][] upper = copy(a);
    for (int i = 0; i < a.length; i++) {
      Arrays.fill(upper[i], 0, i, 0);
    }
    return upper;
  }

  private static double[][] copy(double[][] a) {
    double[][] copy = new double[a.length][];
    for (int i = 0; i < a.length; i++) {
      copy[i] = a[i].clone();
    }
    return copy;
  }
}
