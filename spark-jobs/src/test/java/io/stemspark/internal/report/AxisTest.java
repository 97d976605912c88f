package io.stemspark.internal.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.stemspark.internal.report.Axis.Tick;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AxisTest {
  @ParameterizedTest
  @CsvSource({
    "0, 60, '0 10 20 30 40 50 60'",
    "-3.2, 8.7, '-2 0 2 4 6 8'",
    "0.00001, 0.001, '0.0002 0.0004 0.0006 0.0008 0.001'",
    "1, 1.000000001, '1'",
    "7, 2500000, '500000 1000000 1500000 2000000 2500000'"
  })
  void marksAreRoundNumbers(double low, double high, String labels) {
    List<Tick> ticks = new Axis(low, high).ticks();
    assertThat(ticks).extracting(Tick::label).contains(labels.split(" "));
    assertThat(ticks).hasSizeLessThanOrEqualTo(7);
    assertThat(ticks).allMatch(tick -> tick.at() >= -1e-6 && tick.at() <= 100 + 1e-6);
  }

  @Test
  void positionsAreInPercent() {
    assertThat(new Axis(-1, 3).at(0)).isEqualTo(25);
  }
}
