package io.stemspark.internal.scores;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.stemspark.internal.journal.Fingerprint;
import io.stemspark.internal.json.StrictJson;
import io.stemspark.metrics.Estimator;
import io.stemspark.metrics.StemScores;
import io.stemspark.metrics.StemScores.FrameScore;
import io.stemspark.metrics.TrackScores;
import io.stemspark.network.Stem;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The file of a track's scores. It has museval's layout, which museval reads, and beside it a
 * summary of the frames, for the baselines too. As in museval, infinite values are NaN, and NaN is
 * written as it is, which is not standard JSON.
 *
 * @param version {@link #VERSION}
 * @param targets the stems' frames
 * @param seconds its duration
 * @param fingerprint what the scores depend on
 * @param summary by estimator and stem
 */
public record ScoreFile(
    int version,
    List<Target> targets,
    String trackId,
    double seconds,
    Fingerprint fingerprint,
    Map<String, Map<String, Measures>> summary)
    implements Serializable {
  /** The version of a track's file and of the table of all. A file without a version has 1. */
  static final int VERSION = 2;

  public ScoreFile {
    Objects.requireNonNull(fingerprint, "fingerprint is null");
  }

  /** The stem that every track has scores of. */
  public static final String VOCALS = Stem.VOCALS.name();

  static final ObjectMapper MAPPER =
      StrictJson.MAPPER
          .copy()
          .configure(JsonWriteFeature.WRITE_NAN_AS_STRINGS.mappedFeature(), false)
          .configure(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS.mappedFeature(), true)
          .disable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES);

  private static final double PRECISION = 1e5;

  /** A stem's frames. */
  public record Target(String name, List<Frame> frames) implements Serializable {}

  /** A window of time, in seconds. */
  public record Frame(double time, double duration, Metrics metrics) implements Serializable {}

  /** The scores of a frame, in dB. */
  public record Metrics(
      @JsonProperty("SDR") double sdr,
      @JsonProperty("SIR") double sir,
      @JsonProperty("SAR") double sar,
      @JsonProperty("ISR") double isr)
      implements Serializable {}

  /** The file of a track. */
  public static ScoreFile of(
      String trackId, Fingerprint fingerprint, Map<Estimator, TrackScores> scores) {
    TrackScores evaluated = scores.get(Estimator.EVALUATED);
    Map<String, Map<String, Measures>> summary = new LinkedHashMap<>();
    scores.forEach(
        (estimator, track) -> {
          Map<String, Measures> stems = new LinkedHashMap<>();
          track.stems().forEach((stem, of) -> stems.put(stem.name(), Measures.of(of)));
          summary.put(estimator.words(), stems);
        });
    List<Target> targets = new ArrayList<>();
    evaluated.stems().forEach((stem, of) -> targets.add(target(stem.name(), of)));
    return new ScoreFile(VERSION, targets, trackId, evaluated.seconds(), fingerprint, summary);
  }

  private static Target target(String name, StemScores scores) {
    List<Frame> frames = new ArrayList<>();
    for (FrameScore score : scores.frames()) {
      Metrics metrics =
          new Metrics(
              rounded(score.sdr()),
              rounded(score.sir()),
              rounded(score.sar()),
              rounded(score.isr()));
      frames.add(new Frame(frames.size(), 1, metrics));
    }
    return new Target(name, frames);
  }

  private static double rounded(double value) {
    return Double.isFinite(value) ? Math.rint(value * PRECISION) / PRECISION : Double.NaN;
  }
}
