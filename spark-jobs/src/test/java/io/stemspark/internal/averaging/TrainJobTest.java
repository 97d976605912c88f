package io.stemspark.internal.averaging;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TrainJobTest {
  private static final long GIB = 1L << 30;

  @Test
  void tooLittleMemoryIsSaidBeforeItRunsOut() {
    assertThat(TrainJob.shortage(2, 7 * GIB, 2 * GIB, 16 * GIB)).isEmpty();
    assertThat(TrainJob.shortage(8, 7 * GIB, 2 * GIB, 16 * GIB))
        .hasValueSatisfying(
            words ->
                assertThat(words)
                    .startsWith("Training may take 59392 MiB, 7168 MiB for each of 8 workers")
                    .contains("this machine has 16384"));
  }
}
