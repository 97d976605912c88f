package io.stemspark.internal.pipeline;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stemspark.run.InputException;
import java.io.IOException;
import org.apache.spark.SparkException;
import org.junit.jupiter.api.Test;

class SparkFailuresTest {
  /** Only what the user named is a matter of usage, which says that nothing was started. */
  @Test
  void whatFailsWithinATaskIsAFailureOfTheRun() {
    Throwable own = new IllegalArgumentException("a library's own");
    assertThatThrownBy(() -> SparkFailures.explained(() -> fail(own)))
        .isInstanceOf(IOException.class)
        .hasMessage("a library's own");
    Throwable named = new InputException("x.csv is empty");
    assertThatThrownBy(() -> SparkFailures.explained(() -> fail(named)))
        .isInstanceOf(InputException.class)
        .hasMessage("x.csv is empty");
  }

  private static Void fail(Throwable cause) throws SparkException {
    throw new SparkException("Job aborted", cause);
  }
}
