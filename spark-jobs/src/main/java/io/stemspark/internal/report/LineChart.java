package io.stemspark.internal.report;

import io.stemspark.internal.report.Axis.Tick;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * Curves over a common axis.
 *
 * @param title what the curves show
 * @param axis what x is
 * @param x marks of the horizontal axis
 * @param y marks of the vertical axis
 * @param curves the curves that have points; none where there is nothing to draw
 */
public record LineChart(String title, String axis, List<Tick> x, List<Tick> y, List<Curve> curves) {
  private static final int MAX_POINTS = 400;

  /**
   * A curve.
   *
   * @param points x and y of each in percent, from the upper left, as SVG takes them
   */
  public record Curve(String name, String points) {}

  /** A point of a curve. */
  record Point(double x, double y) {}

  static LineChart of(String title, String axis, Map<String, List<Point>> curves) {
    List<Point> all =
        curves.values().stream().flatMap(List::stream).filter(LineChart::isFinite).toList();
    if (all.isEmpty()) {
      return new LineChart(title, axis, List.of(), List.of(), List.of());
    }
    double left = least(all, Point::x);
    Axis x = new Axis(left, Math.max(-least(all, point -> -point.x), left + 1e-9));
    Axis y = withRoom(least(all, Point::y), -least(all, point -> -point.y));
    List<Curve> drawn = new ArrayList<>();
    curves.forEach(
        (name, points) -> {
          List<Point> finite = points.stream().filter(LineChart::isFinite).toList();
          if (!finite.isEmpty()) {
            drawn.add(new Curve(name, line(thinned(finite), x, y)));
          }
        });
    // Epochs and steps are whole numbers.
    List<Axis.Tick> whole =
        x.ticks().stream().filter(tick -> tick.label().indexOf('.') < 0).toList();
    return new LineChart(title, axis, whole, y.ticks(), drawn);
  }

  private static boolean isFinite(Point point) {
    return Double.isFinite(point.y);
  }

  private static double least(List<Point> points, ToDoubleFunction<Point> coordinate) {
    return points.stream().mapToDouble(coordinate).min().orElseThrow();
  }

  /** An axis that ends a little beyond the values, but not below zero where none of them is. */
  private static Axis withRoom(double least, double most) {
    double room = most > least ? 0.05 * (most - least) : Math.max(1e-9, Math.abs(most) / 2);
    return new Axis(least - (least >= 0 && least < room ? least : room), most + room);
  }

  private static String line(List<Point> points, Axis x, Axis y) {
    StringBuilder line = new StringBuilder();
    for (Point point : points) {
      line.append(String.format(Locale.ROOT, "%.2f,%.2f ", x.at(point.x), 100 - y.at(point.y)));
    }
    return line.toString().strip();
  }

  /** Means of neighbours, where there are more points than anybody can see. */
  private static List<Point> thinned(List<Point> points) {
    int together = (points.size() + MAX_POINTS - 1) / MAX_POINTS;
    List<Point> means = new ArrayList<>();
    for (int i = 0; i < points.size(); i += together) {
      List<Point> some = points.subList(i, Math.min(points.size(), i + together));
      means.add(new Point(mean(some, Point::x), mean(some, Point::y)));
    }
    return means;
  }

  private static double mean(List<Point> points, ToDoubleFunction<Point> coordinate) {
    return points.stream().mapToDouble(coordinate).average().orElseThrow();
  }
}
