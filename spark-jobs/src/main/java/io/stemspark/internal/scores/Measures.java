package io.stemspark.internal.scores;

import io.stemspark.metrics.StemScores;
import io.stemspark.metrics.StemScores.FrameScore;
import java.io.Serializable;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;

/**
 * Sums up the scores of a stem, in dB: for one track, medians over its windows; for many, medians
 * over tracks. A value is null where the score is NaN, as for a silent stem.
 *
 * @param sdr of BSS Eval v4, as are {@code isr}, {@code sir} and {@code sar}
 * @param trackSdr energy ratio of the whole track
 * @param siSdr the same, regardless of level
 */
public record Measures(
    Double sdr, Double isr, Double sir, Double sar, Double trackSdr, Double siSdr)
    implements Serializable {
  /** In the order of tables. */
  List<Double> values() {
    return Arrays.asList(sdr, isr, sir, sar, trackSdr, siSdr);
  }

  static Measures of(StemScores scores) {
    return new Measures(
        finite(scores.median(FrameScore::sdr)),
        finite(scores.median(FrameScore::isr)),
        finite(scores.median(FrameScore::sir)),
        finite(scores.median(FrameScore::sar)),
        finite(scores.sdr()),
        finite(scores.siSdr()));
  }

  private static Double finite(double value) {
    return Double.isFinite(value) ? value : null;
  }

  /** The median of each measure, over those that have it. */
  static Measures medians(Collection<Measures> all) {
    return new Measures(
        median(all, Measures::sdr),
        median(all, Measures::isr),
        median(all, Measures::sir),
        median(all, Measures::sar),
        median(all, Measures::trackSdr),
        median(all, Measures::siSdr));
  }

  private static Double median(Collection<Measures> all, Function<Measures, Double> measure) {
    return finite(
        StemScores.median(
            all.stream()
                .map(measure)
                .filter(Objects::nonNull)
                .mapToDouble(Double::doubleValue)
                .toArray()));
  }
}
