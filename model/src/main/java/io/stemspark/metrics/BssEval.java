package io.stemspark.metrics;

import io.stemspark.audio.AudioException;
import io.stemspark.audio.DecodingConfig;
import io.stemspark.internal.child.ChildDecoder;
import io.stemspark.metrics.PairReader.StemPairs;
import io.stemspark.metrics.StemScores.FrameScore;
import io.stemspark.network.Stem;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
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

  /** Vocals first, then by name, so that the same stems are in the same order. */
  private static final Comparator<Stem> ORDER =
      Comparator.<Stem, Boolean>comparing(stem -> !stem.equals(Stem.VOCALS))
          .thenComparing(Stem::name);

  private final StemPairs pairs;
  private List<Stem> stems;
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
   * @param references of all stems, two at least
   * @param estimates of the same stems
   * @throws AudioException when a file is damaged, or sample rates, channels or lengths differ
   * @throws IllegalArgumentException when a stem is missing
   */
  public static TrackScores score(Map<Stem, Path> references, Map<Stem, Path> estimates)
      throws IOException {
    if (references.size() < 2 || !estimates.keySet().containsAll(references.keySet())) {
      throw new IllegalArgumentException(
          "The references are of %s, the estimates of %s. Expected estimates of all references, and two of them at least."
              .formatted(sorted(references), sorted(estimates)));
    }
    List<Stem> stems = sorted(references);
    List<Path> files = new ArrayList<>();
    stems.forEach(stem -> files.add(references.get(stem)));
    stems.forEach(stem -> files.add(estimates.get(stem)));
    try (ChildDecoder decoder = new ChildDecoder(DecodingConfig.standard())) {
      return score(() -> PairReader.open(stems, files, decoder)).get(Estimator.EVALUATED);
    }
  }

  private static List<Stem> sorted(Map<Stem, Path> files) {
    return files.keySet().stream().sorted(ORDER).toList();
  }

  /**
   * Scores the estimates of a track's stems.
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
      Map<Stem, StemScores> ofStems = new LinkedHashMap<>();
      for (int stem = 0; stem < evaluation.count(); stem++) {
        int estimate = i * evaluation.count() + stem;
        ofStems.put(evaluation.stems.get(stem), evaluation.scores(frames, estimate));
      }
      scores.put(evaluation.estimators.get(i), new TrackScores(seconds, ofStems));
    }
    return scores;
  }

  private int count() {
    return stems.size();
  }

  private StemScores scores(List<List<FrameScore>> frames, int estimate) {
    SignalToDistortion whole = wholes[estimate];
    return new StemScores(frames.get(estimate), whole.decibels(), whole.scaleInvariantDecibels());
  }

  /** Estimates, of all stems and estimators. */
  private int estimates() {
    return estimators.size() * count();
  }

  /** Where a reference's or estimate's channel is among the signals. */
  private int reference(int stem, int channel) {
    return stem * channels + channel;
  }

  private int estimate(int estimate, int channel) {
    return (count() + estimate) * channels + channel;
  }

  /** The first reading. */
  private void correlate() throws IOException {
    try (PairReader reader = pairs.open()) {
      stems = reader.stems();
      channels = reader.format().channels();
      window = reader.format().sampleRate();
      estimators = reader.estimators();
      wholes = new SignalToDistortion[estimates()];
      Arrays.setAll(wholes, e -> new SignalToDistortion());
      heard = new boolean[count() + estimates()];
      float[][] block = new float[heard.length * channels][window];
      correlations = new Correlations(count() * channels, block.length, TAPS);
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
        wholes[e].add(block[reference(e % count(), c)], block[estimate(e, c)], length);
      }
    }
  }

  /** The second reading: scores of each estimate, window by window. */
  private List<List<FrameScore>> frames() throws IOException {
    List<List<FrameScore>> frames = new ArrayList<>();
    for (int e = 0; e < estimates(); e++) {
      frames.add(new ArrayList<>());
    }
    boolean possible = referencesAreHeard();
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
          boolean scored = possible && isHeard(e / count(), block, n);
          frames.get(e).add(scored ? score(e, block, n, projected) : FrameScore.NONE);
        }
      }
    }
    return frames;
  }

  private boolean referencesAreHeard() {
    for (int stem = 0; stem < count(); stem++) {
      if (!heard[stem]) {
        return false;
      }
    }
    return true;
  }

  /** Whether references and estimates of an estimator can be heard, somewhere and in a window. */
  private boolean isHeard(int estimator, float[][] block, int length) {
    for (int stem = 0; stem < count(); stem++) {
      int estimate = count() + estimator * count() + stem;
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
    double[][][] filters = new double[2 * outputs][count() * channels][];
    DistortionFilters all = new DistortionFilters(correlations, 0, count() * channels);
    for (int stem = 0; stem < count(); stem++) {
      int first = reference(stem, 0);
      DistortionFilters own = new DistortionFilters(correlations, first, channels);
      for (int e = stem; e < estimates(); e += count()) {
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
          block[reference(estimate % count(), c)],
          block[estimate(estimate, c)],
          length,
          projected[output],
          projected[estimates() * channels + output],
          length + TAPS - 1);
    }
    return energies.score();
  }
}
