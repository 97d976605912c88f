package io.stemspark.internal.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Curves over a common axis, as a picture within a page. */
final class LineChart {
  private static final int WIDTH = 860;
  private static final int HEIGHT = 220;
  private static final int LEFT = 60;
  private static final int BOTTOM = 22;
  private static final int TOP = 10;
  private static final int MAX_POINTS = 400;
  private static final String[] COLORS = {"#2b6cb0", "#b3261e", "#3a7d44", "#8a6d1d"};

  private LineChart() {}

  /** A point of a curve. */
  record Point(double x, double y) {
    private boolean finite() {
      return Double.isFinite(y);
    }
  }

  /**
   * Draws curves.
   *
   * @param axis what x is
   * @param curves by name
   */
  static String draw(String title, String axis, Map<String, List<Point>> curves) {
    List<Point> all = curves.values().stream().flatMap(List::stream).filter(Point::finite).toList();
    if (all.isEmpty()) {
      return "";
    }
    double right = all.stream().mapToDouble(Point::x).max().orElseThrow();
    double left = all.stream().mapToDouble(Point::x).min().orElseThrow();
    double width = Math.max(right - left, 1e-9);
    double least = all.stream().mapToDouble(Point::y).min().orElseThrow();
    double most = all.stream().mapToDouble(Point::y).max().orElseThrow();
    double room = most > least ? 0.05 * (most - least) : Math.max(1e-9, Math.abs(most) / 2);
    double low = least - (least >= 0 && least < room ? least : room);
    double high = most + room;
    StringBuilder svg = new StringBuilder();
    for (int i = 0; i <= 4; i++) {
      double value = low + (high - low) * i / 4;
      svg.append(
          text(
              "<line x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\" stroke=\"#ddd\"/>",
              LEFT, WIDTH, y(value, low, high), y(value, low, high)));
      svg.append(
          text(
              "<text x=\"%d\" y=\"%.1f\" font-size=\"11\" text-anchor=\"end\">%s</text>%n",
              LEFT - 6, y(value, low, high) + 4, number(value)));
    }
    StringBuilder legend = new StringBuilder();
    int index = 0;
    for (Map.Entry<String, List<Point>> curve : curves.entrySet()) {
      String color = COLORS[index++ % COLORS.length];
      legend.append(
          text("<span style=\"color:%s\">&#9632; %s</span> ", color, Html.escape(curve.getKey())));
      StringBuilder points = new StringBuilder();
      List<Point> seen = thinned(curve.getValue().stream().filter(Point::finite).toList());
      if (seen.size() == 1) {
        svg.append(
            text(
                "<circle cx=\"%d\" cy=\"%.1f\" r=\"3\" fill=\"%s\"/>%n",
                LEFT, y(seen.get(0).y, low, high), color));
      }
      for (Point point : seen) {
        double x = LEFT + (point.x - left) / width * (WIDTH - LEFT - 4);
        points.append(text("%.1f,%.1f ", x, y(point.y, low, high)));
      }
      svg.append(
          text(
              "<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"1.5\" points=\"%s\"/>%n",
              color, points));
    }
    svg.append(
        text("<text x=\"%d\" y=\"%d\" font-size=\"11\">%s</text>", LEFT, HEIGHT - 4, number(left)));
    svg.append(
        text(
            "<text x=\"%d\" y=\"%d\" font-size=\"11\" text-anchor=\"end\">%s %s</text>",
            WIDTH - 4, HEIGHT - 4, Html.escape(axis), number(right)));
    return text(
        "<figure><figcaption>%s &nbsp; %s</figcaption><svg viewBox=\"0 0 %d %d\" role=\"img\">%n%s"
            + "</svg></figure>%n",
        Html.escape(title), legend, WIDTH, HEIGHT, svg);
  }

  private static double y(double value, double low, double high) {
    return TOP + (high - value) / (high - low) * (HEIGHT - TOP - BOTTOM);
  }

  /** Means of neighbours, where there are more points than anybody can see. */
  private static List<Point> thinned(List<Point> points) {
    int together = (points.size() + MAX_POINTS - 1) / MAX_POINTS;
    if (together <= 1) {
      return points;
    }
    List<Point> means = new ArrayList<>();
    for (int i = 0; i < points.size(); i += together) {
      List<Point> some = points.subList(i, Math.min(points.size(), i + together));
      means.add(
          new Point(
              some.stream().mapToDouble(Point::x).average().orElseThrow(),
              some.stream().mapToDouble(Point::y).average().orElseThrow()));
    }
    return means;
  }

  private static String number(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e6
        ? Long.toString((long) value)
        : text("%.3g", value);
  }

  private static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
