package io.stemspark.metrics;

import io.stemspark.audio.AudioException;
import io.stemspark.audio.DecodingConfig;
import io.stemspark.internal.child.ChildDecoder;
import io.stemspark.internal.network.StemSet;
import io.stemspark.metrics.PairReader.StemPairs;
import io.stemspark.metrics.StemScores.FrameScore;
import io.stemspark.network.Stem;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * BSS Eval version 4, the measures of the signal separation evaluation campaigns, as museval 0.4
 * computes them, and two of whole tracks.
 *
 * <p>An estimate is split into its reference, what 512-tap filters of the reference's channels
 * explain beyond that, what filters of all references explain beyond that, and the rest. The
 * filters are fitted once, to the whole track; energies are compared in windows of a second. The
 * track is read twice; of what is read no more than some seconds are kept.
 *
 * <pre>{@code
 * TrackScores scores =
 *     BssEval.score(
 *         Map.of(Stem.VOCALS, references.resolve("vocals.wav"),
 *             Stem.ACCOMPANIMENT, references.resolve("accompaniment.wav")),
 *         Map.of(Stem.VOCALS, stems.resolve("vocals.wav"),
 *             Stem.ACCOMPANIMENT, stems.resolve("accompaniment.wav")));
 * double sdr = scores.vocals().median(FrameScore::sdr); // dB
 * }</pre>
 *
 * <p>Threads may score different tracks at the same time; nothing has to be closed.
 */
public final class BssEval {
  private static final int TAPS = 512;
  private static final int STEMS = PairReader.STEMS;

  private final StemPairs pairs;
  private int channels;
  private int window;
  private long samples;
  private List<Estimator> estimators;
  private Correlations correlations;
  private SignalToDistortion[] wholes;
  private boolean[] heard;

  private BssEval(StemPairs pairs) {
    this.pairs = pairs;
  }

  /**
   * Scores the files of a track, which are decoded in a child process.
   *
   * @param references of both stems
   * @param estimates of both stems
   * @throws AudioException when a file is damaged, or sample rates, channels or lengths differ
   * @throws IllegalArgumentException when a stem is missing
   */
  public static TrackScores score(Map<Stem, Path> references, Map<Stem, Path> estimates)
      throws IOException {
    List<Path> files = new ArrayList<>();
    for (Map<Stem, Path> stems : List.of(references, estimates)) {
      if (!stems.keySet().containsAll(StemSet.VOICE.stems())) {
        throw new IllegalArgumentException(
            "The stems are %s. Expected vocals and accompaniment.".formatted(stems.keySet()));
      }
      files.add(stems.get(Stem.VOCALS));
      files.add(stems.get(Stem.ACCOMPANIMENT));
    }
    try (ChildDecoder decoder = new ChildDecoder(DecodingConfig.standard())) {
      return score(() -> PairReader.open(files, decoder)).get(Estimator.EVALUATED);
    }
  }

  /**
   * Scores the estimates of a track's vocals and accompaniment.
   *
   * @param pairs opens them, twice
   * @return the scores of each estimator that {@code pairs} has
   */
  public static Map<Estimator, TrackScores> score(StemPairs pairs) throws IOException {
    BssEval evaluation = new BssEval(pairs);
    evaluation.correlate();
    List<List<FrameScore>> frames = evaluation.frames();
    Map<Estimator, TrackScores> scores = new EnumMap<>(Estimator.class);
    double seconds = (double) evaluation.samples / evaluation.window;
    for (int i = 0; i < evaluation.estimators.size(); i++) {
      StemScores vocals = evaluation.scores(frames, i * STEMS);
      StemScores accompaniment = evaluation.scores(frames, i * STEMS + 1);
      scores.put(evaluation.estimators.get(i), new TrackScores(seconds, vocals, accompaniment));
    }
    return scores;
  }

  private StemScores scores(List<List<FrameScore>> frames, int estimate) {
    SignalToDistortion whole = wholes[estimate];
    return new StemScores(frames.get(estimate), whole.decibels(), whole.scaleInvariantDecibels());
  }

  /** Estimates, of all stems and estimators. */
  private int estimates() {
    return estimators.size() * STEMS;
  }

  /** Where a reference's or estimate's channel is among the signals. */
  private int reference(int stem, int channel) {
    return stem * channels + channel;
  }

  private int estimate(int estimate, int channel) {
    return (STEMS + estimate) * channels + channel;
  }

  /** The first reading. */
  private void correlate() throws IOException {
    try (PairReader reader = pairs.open()) {
      channels = reader.format().channels();
      window = reader.format().sampleRate();
      estimators = reader.estimators();
      wholes = new SignalToDistortion[estimates()];
      Arrays.setAll(wholes, e -> new SignalToDistortion());
      heard = new boolean[STEMS + estimates()];
      float[][] block = new float[heard.length * channels][window];
      correlations = new Correlations(STEMS * channels, block.length, TAPS);
      for (int n = reader.read(block); n >= 0; n = reader.read(block)) {
        samples += n;
        correlations.add(block, n);
        for (int signal = 0; signal < heard.length; signal++) {
          heard[signal] |= !isSilent(block, signal, n);
        }
        addWholes(block, n);
      }
      correlations.finish();
    }
  }

  private void addWholes(float[][] block, int length) {
    for (int e = 0; e < estimates(); e++) {
      for (int c = 0; c < channels; c++) {
        wholes[e].add(block[reference(e % STEMS, c)], block[estimate(e, c)], length);
      }
    }
  }

  /** The second reading: scores of each estimate, window by window. */
  private List<List<FrameScore>> frames() throws IOException {
    List<List<FrameScore>> frames = new ArrayList<>();
    for (int e = 0; e < estimates(); e++) {
      frames.add(new ArrayList<>());
    }
    boolean possible = heard[0] && heard[1];
    FilterBank projections = possible ? projections() : null;
    // What is shorter than a window is one; what is left at the end of others is none.
    long windows = samples == 0 ? 0 : Math.max(1, samples / window);
    float[][] block = new float[heard.length * channels][window];
    double[][] projected = new double[2 * estimates() * channels][window + TAPS - 1];
    try (PairReader reader = pairs.open()) {
      for (long w = 0; w < windows; w++) {
        int n = reader.read(block);
        if (possible) {
          projections.filter(block, n, projected);
        }
        for (int e = 0; e < estimates(); e++) {
          boolean scored = possible && isHeard(e / STEMS, block, n);
          frames.get(e).add(scored ? score(e, block, n, projected) : FrameScore.NONE);
        }
      }
    }
    return frames;
  }

  /** Whether references and estimates of an estimator can be heard, somewhere and in a window. */
  private boolean isHeard(int estimator, float[][] block, int length) {
    for (int stem = 0; stem < STEMS; stem++) {
      int estimate = STEMS + estimator * STEMS + stem;
      if (!heard[estimate] || isSilent(block, stem, length) || isSilent(block, estimate, length)) {
        return false;
      }
    }
    return true;
  }

  /** As museval has it: silent is what sums to zero over channels. */
  private boolean isSilent(float[][] block, int signal, int length) {
    for (int t = 0; t < length; t++) {
      double sum = 0;
      for (int c = 0; c < channels; c++) {
        sum += block[signal * channels + c][t];
      }
      if (sum != 0) {
        return false;
      }
    }
    return true;
  }

  /**
   * The first half of the outputs are the projections of all estimates' channels on their own
   * references, the other half those on all references.
   */
  private FilterBank projections() {
    int outputs = estimates() * channels;
    double[][][] filters = new double[2 * outputs][STEMS * channels][];
    DistortionFilters all = new DistortionFilters(correlations, 0, STEMS * channels);
    for (int stem = 0; stem < STEMS; stem++) {
      int first = reference(stem, 0);
      DistortionFilters own = new DistortionFilters(correlations, first, channels);
      for (int e = stem; e < estimates(); e += STEMS) {
        for (int c = 0; c < channels; c++) {
          int output = e * channels + c;
          System.arraycopy(own.of(estimate(e, c)), 0, filters[output], first, channels);
          filters[outputs + output] = all.of(estimate(e, c));
        }
      }
    }
    return new FilterBank(filters, TAPS);
  }

  private FrameScore score(int estimate, float[][] block, int length, double[][] projected) {
    FrameEnergies energies = new FrameEnergies();
    for (int c = 0; c < channels; c++) {
      int output = estimate * channels + c;
      energies.add(
          block[reference(estimate % STEMS, c)],
          block[estimate(estimate, c)],
          length,
          projected[output],
          projected[estimates() * channels + output],
          length + TAPS - 1);
    }
    return energies.score();
  }
}
