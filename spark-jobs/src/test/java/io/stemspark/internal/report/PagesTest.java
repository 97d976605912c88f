package io.stemspark.internal.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.stemspark.internal.journal.TrackResult.Status;
import io.stemspark.internal.journal.UsedModel;
import io.stemspark.internal.report.Axis.Tick;
import io.stemspark.internal.report.RunPage.Listening;
import io.stemspark.internal.report.RunReport.Tracks;
import io.stemspark.internal.report.RunStatistics.Bucket;
import io.stemspark.internal.report.RunStatistics.Doubt;
import io.stemspark.internal.report.RunStatistics.Failure;
import io.stemspark.internal.report.RunStatistics.SlowTrack;
import io.stemspark.internal.scores.Measures;
import io.stemspark.internal.scores.ScoreTable;
import io.stemspark.internal.scores.ScoreTable.Row;
import io.stemspark.metrics.Estimator;
import io.stemspark.separation.StemQuality;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PagesTest {
  private static final String HOSTILE = "<script>\"a'&\u001b[2J\u202e";
  private static final String SHOWN = "&lt;script&gt;&quot;a&#39;&amp;\\x1b[2J\\u202e";
  private static final Instant START = Instant.parse("2026-01-02T03:04:05.678Z");

  private static RunReport report(List<Bucket> timeline, List<Failure> failures, long failed) {
    return new RunReport(
        "run-1",
        "separate",
        "1.0",
        new UsedModel("0123456789abcdef", "MIT", "imported from " + HOSTILE),
        "s3a://user:secret@bucket/" + HOSTILE,
        "s3a://out",
        START.toString(),
        START.plusSeconds(600).toString(),
        new Tracks(12345, 1, failed, 7, 3),
        List.of("2 links to " + HOSTILE),
        List.of("damaged " + HOSTILE),
        7200,
        600,
        500,
        12,
        timeline,
        List.of(new SlowTrack(HOSTILE, 1234.5, 9.876)),
        List.of(
            new Doubt(
                HOSTILE,
                new StemQuality(
                    Map.of("vocals", 0.25),
                    0.125,
                    0.01,
                    Map.of("vocals", 3L, "accompaniment", 4L)))),
        List.of(
            new Doubt(
                "instrumental",
                new StemQuality(Map.of("vocals", 0.001), 0.5, 0.99, Map.of("vocals", 0L)))),
        17,
        failures);
  }

  @Test
  void nothingFromOutsideIsMarkup() {
    Sound sound =
        new Sound(
            HOSTILE, "../../a&'b/vocals.flac", new SpectrogramPicture("AAA+", marks(), marks()));
    Sound far = new Sound("mixture", "s3a://bucket/a.wav", sound.picture());
    String page =
        RunPage.render(
            report(List.of(), List.of(new Failure(HOSTILE, Status.FAILED, HOSTILE)), 1),
            List.of(new Listening(HOSTILE, List.of(sound, far))));
    assertThat(page).doesNotContain("<script", "secret", "\u001b", "\u202e");
    assertThat(page)
        .contains("<h3>" + SHOWN + "</h3>", "<td>" + SHOWN + "</td><td>failed</td>")
        .contains("model 0123456789ab, licence MIT, imported from " + SHOWN)
        .contains("(hidden)@bucket/" + SHOWN, "damaged " + SHOWN, "2 links to " + SHOWN)
        .contains("src=\"data:image/png;base64,AAA+\"")
        .contains("preload=\"metadata\" src=\"../../a&amp;&apos;b/vocals.flac\"")
        .containsOnlyOnce("<audio");
  }

  private static List<Tick> marks() {
    return new Axis(0, 60).ticks();
  }

  @Test
  void aRunShowsItsFigures() {
    List<Bucket> timeline =
        IntStream.range(0, 60)
            .mapToObj(i -> new Bucket(START.toEpochMilli() + 10_000L * i, 1, 120))
            .toList();
    String page =
        RunPage.render(
            report(timeline, List.of(new Failure("a", Status.SKIPPED, "no mixture")), 9),
            List.of());
    assertThat(page)
        .contains("<b>12345</b>tracks done", "class=\"bad\"><b>9</b>failed")
        .contains("<b>2.00</b>hours of audio", "<b>10.0</b>minutes", "<b>12.0</b>times real time")
        .contains("2026-01-02T03:04:05Z to 2026-01-02T03:14:05Z", "run-1.json")
        .contains("<h2>Most doubtful stems</h2>", "<h2>Probably without a voice: 17</h2>")
        .contains("<td>instrumental</td><td class=\"n\">0.50</td>", "<td class=\"n\">99.0</td>")
        .contains("<td class=\"n\">25.0</td>", "<td class=\"n\">7</td>")
        .contains("<p>and 9 more</p>", "<path class=\"curve c0\"", "min</div>", ">10</span>")
        .contains("<td class=\"n\">1234.5</td>", "<td class=\"n\">9.88</td>")
        .doesNotContain("A few tracks");
  }

  @Test
  void aRunOfNoTimeHasNoCurve() {
    String page = RunPage.render(report(List.of(new Bucket(0, 1, 5)), List.of(), 0), List.of());
    assertThat(page).doesNotContain("Throughput", "<path class=\"curve", "NaN").contains("</html>");
  }

  @Test
  void scoresAreInTablesAndOnAxes() {
    List<Row> rows =
        List.of(row("loud", 4.0, 5.0), row(HOSTILE, 6.0, null), row("perfect", 8.0, 123.0));
    ScoreTable scores = ScoreTable.of("1.0", "s3a://stems", "corpus", "now", rows);
    String page = ScorePage.render(scores, List.of(), List.of(), List.of());
    assertThat(page)
        .contains("<h2>vocals</h2>", "<h2>accompaniment</h2>", "<td>stems</td>")
        .contains("<td>" + SHOWN + "</td>", ">&gt;100</td>", "<td class=\"n\">-</td>")
        .contains(
            "<path class=\"dot\" d=\"M50 50h0\"/>", "<path class=\"median\" d=\"M50 10v80\"/>")
        .contains("<span style=\"left:0%\">4</span>", "left:100%\">8</span>")
        .doesNotContain("<script");
  }

  private static Row row(String id, Double sdr, Double other) {
    Map<String, Measures> stems = new LinkedHashMap<>();
    for (String stem : List.of("vocals", "accompaniment")) {
      stems.put(stem, new Measures(sdr, other, other, other, other, other));
    }
    return new Row(id, 60, Map.of(Estimator.EVALUATED.words(), stems));
  }
}
