package io.stemspark.internal.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.stemspark.internal.report.LineChart.Curve;
import io.stemspark.internal.report.LineChart.Point;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LineChartTest {
  private static LineChart chart(List<Point> points) {
    return LineChart.of("loss", "epoch", Map.of("training", points));
  }

  @Test
  void aCurveGoesFromTheLeftToTheRightAndUp() {
    LineChart chart = chart(List.of(new Point(1, 0), new Point(2, 10), new Point(3, 20)));
    // Five percent of room above; none below zero.
    assertThat(chart.curves())
        .containsExactly(new Curve("training", "0.00,100.00 50.00,52.38 100.00,4.76"));
    assertThat(chart.y().get(0).label()).isEqualTo("0");
  }

  @Test
  void nanIsLeftOut() {
    LineChart chart = chart(List.of(new Point(1, Double.NaN), new Point(2, 3)));
    assertThat(chart.curves()).hasSize(1);
    assertThat(chart.curves().get(0).points()).startsWith("0.00,").doesNotContain(" ");
    assertThat(chart(List.of(new Point(1, Double.POSITIVE_INFINITY))).curves()).isEmpty();
    assertThat(chart(List.of()).curves()).isEmpty();
  }

  @Test
  void manyPointsBecomeMeansOfNeighbours() {
    List<Point> points =
        IntStream.range(0, 100_000).mapToObj(i -> new Point(i, i % 2 == 0 ? 0 : 2)).toList();
    String[] drawn = chart(points).curves().get(0).points().split(" ");
    assertThat(drawn).hasSize(400).allMatch(point -> point.endsWith(",52.38"));
  }

  @Test
  void aConstantIsInTheMiddle() {
    LineChart chart = chart(List.of(new Point(1, 4), new Point(2, 4)));
    assertThat(chart.curves().get(0).points()).isEqualTo("0.00,50.00 100.00,50.00");
  }
}
