package io.stemspark.evaluation;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * BSS Eval version 4, the measures of the signal separation evaluation campaigns, as museval 0.4
 * computes them, and two of whole tracks.
 *
 * <p>An estimate is split into its reference, what 512-tap filters of the reference's channels
 * explain beyond that, what filters of all references explain beyond that, and the rest. The
 * filters are fitted once, to the whole track; energies are compared in windows of a second. The
 * track is read twice, and memory does not depend on its length.
 */
public final class BssEval {
  private static final int TAPS = 512;

  private final StemPairs pairs;
  private int channels;
  private int stems;
  private int window;
  private long samples;
  private Correlations correlations;
  private final List<WholeTrack> wholes = new ArrayList<>();
  private boolean[] heard;

  private BssEval(StemPairs pairs) {
    this.pairs = pairs;
  }

  /** Scores the estimates of a track's stems, in the order of the stems. */
  public static List<StemScores> score(StemPairs pairs) throws IOException {
    BssEval evaluation = new BssEval(pairs);
    evaluation.correlate();
    List<List<FrameScore>> frames = evaluation.frames();
    List<StemScores> scores = new ArrayList<>();
    for (int stem = 0; stem < evaluation.stems; stem++) {
      WholeTrack whole = evaluation.wholes.get(stem);
      scores.add(new StemScores(frames.get(stem), whole.sdr(), whole.siSdr()));
    }
    return scores;
  }

  /** The first reading. */
  private void correlate() throws IOException {
    try (PairReader reader = pairs.open()) {
      channels = reader.format().channels();
      stems = reader.stems();
      window = reader.format().sampleRate();
      heard = new boolean[2 * stems];
      correlations = new Correlations(stems * channels, 2 * stems * channels, TAPS);
      for (int stem = 0; stem < stems; stem++) {
        wholes.add(new WholeTrack());
      }
      float[][] block = new float[2 * stems * channels][window];
      for (int n = reader.read(block); n >= 0; n = reader.read(block)) {
        samples += n;
        correlations.add(block, n);
        for (int signal = 0; signal < 2 * stems; signal++) {
          heard[signal] |= !isSilent(block, signal, n);
        }
        for (int stem = 0; stem < stems; stem++) {
          for (int c = 0; c < channels; c++) {
            float[] reference = block[stem * channels + c];
            wholes.get(stem).add(reference, block[(stems + stem) * channels + c], n);
          }
        }
      }
      correlations.finish();
    }
  }

  /** The second reading: scores of each stem, window by window. */
  private List<List<FrameScore>> frames() throws IOException {
    List<List<FrameScore>> frames = new ArrayList<>();
    for (int stem = 0; stem < stems; stem++) {
      frames.add(new ArrayList<>());
    }
    FilterBank projection = allHeard() ? projection() : null;
    // What is shorter than a window is one; what is left at the end of others is none.
    long windows = samples == 0 ? 0 : Math.max(1, samples / window);
    float[][] block = new float[2 * stems * channels][window];
    double[][] projected = new double[2 * stems * channels][window + TAPS - 1];
    try (PairReader reader = pairs.open()) {
      for (long w = 0; w < windows; w++) {
        int n = reader.read(block);
        boolean silent = projection == null || isAnySilent(block, n);
        if (!silent) {
          projection.filter(block, n, projected);
        }
        for (int stem = 0; stem < stems; stem++) {
          frames.get(stem).add(silent ? FrameScore.NONE : score(stem, block, n, projected));
        }
      }
    }
    return frames;
  }

  private boolean allHeard() {
    for (boolean signal : heard) {
      if (!signal) {
        return false;
      }
    }
    return true;
  }

  private boolean isAnySilent(float[][] block, int length) {
    for (int signal = 0; signal < 2 * stems; signal++) {
      if (isSilent(block, signal, length)) {
        return true;
      }
    }
    return false;
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
   * Outputs 0 to stems * channels - 1 are the estimates' projections on their own references, the
   * others those on all references.
   */
  private FilterBank projection() {
    int half = stems * channels;
    double[][][] filters = new double[2 * half][half][];
    DistortionFilters all = new DistortionFilters(correlations, 0, half);
    for (int stem = 0; stem < stems; stem++) {
      DistortionFilters own = new DistortionFilters(correlations, stem * channels, channels);
      for (int c = 0; c < channels; c++) {
        int channel = stem * channels + c;
        System.arraycopy(own.of(half + channel), 0, filters[channel], stem * channels, channels);
        filters[half + channel] = all.of(half + channel);
      }
    }
    return new FilterBank(filters, TAPS);
  }

  private FrameScore score(int stem, float[][] block, int length, double[][] projected) {
    int half = stems * channels;
    FrameEnergies energies = new FrameEnergies();
    for (int c = 0; c < channels; c++) {
      int channel = stem * channels + c;
      energies.add(
          block[channel],
          block[half + channel],
          length,
          projected[channel],
          projected[half + channel],
          length + TAPS - 1);
    }
    return energies.score();
  }
}
