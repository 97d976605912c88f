package io.stemspark.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LocalSgdScheduleTest {
  @Test
  void periodsChangeByAFactor() {
    LocalSgdSchedule growing = new LocalSgdSchedule(1, 16, 0);
    assertThat(IntStream.rangeClosed(1, 5).map(epoch -> growing.period(epoch, 5)))
        .containsExactly(1, 2, 4, 8, 16);
    assertThat(growing.longest()).isEqualTo(16);
    assertThat(new LocalSgdSchedule(4, 4, 0).period(3, 7)).isEqualTo(4);
    assertThat(new LocalSgdSchedule(4, 8, 0).period(1, 1)).isEqualTo(4);
  }
}
