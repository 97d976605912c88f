package io.stemspark.internal.separation;

import io.stemspark.internal.network.UnsoundEstimateException;
import io.stemspark.network.NetworkSpec;
import io.stemspark.network.NetworkSpec.Output;
import java.util.Arrays;

/**
 * Makes a stem's complex spectra from what a network gave and the mixture. Not thread-safe.
 *
 * <p>Above the network's bins a frame keeps the share of the mixture that the stem has in the upper
 * quarter of the network's bins: the mean of a mask there, or the root of the ratio of energies.
 */
final class MaskApplier {
  private final NetworkSpec.Patches spec;
  private final int batch;
  private final float scale;
  private final int visible;
  private final TensorLayout planes;
  private final int perWindow;
  private final float[] row;
  private final float[] imagRow;
  private final float[] mask;
  private final float[] finite;

  /**
   * @param batch patches that the network sees at once
   * @param channels of the mixture
   * @param bins of its frames
   */
  MaskApplier(NetworkSpec.Patches spec, int batch, int channels, int bins) {
    this.spec = spec;
    this.batch = batch;
    this.scale = (float) spec.outputScale();
    this.visible = spec.patch().bins();
    this.planes = new TensorLayout(spec);
    this.perWindow = spec.patchesPerWindow(channels);
    this.row = new float[visible];
    this.imagRow = new float[visible];
    this.mask = new float[bins];
    this.finite = new float[visible];
  }

  /**
   * Replaces a frame of the mixture by a stem's.
   *
   * @param estimates as {@link PatchBatcher#estimate} fills them
   * @param stem its number among those that the network gives
   * @param real {@code [channel][bin]}
   * @param imag {@code [channel][bin]}
   * @param shares {@code [channel]}, filled here: the stem's share of what lies above the network's
   *     bins
   */
  void apply(
      float[][] estimates,
      int window,
      int frame,
      int stem,
      float[][] real,
      float[][] imag,
      float[] shares) {
    int planesOfStem = spec.outputPlanes() / spec.stems().size();
    for (int channel = 0; channel < shares.length; channel++) {
      int patch = window * perWindow + channel / spec.channels();
      int slot = channel % spec.channels();
      float[] estimate = estimates[patch / batch];
      int plane = patch % batch * spec.outputPlanes() + stem * planesOfStem;
      if (spec.output() == Output.COMPLEX) {
        get(estimate, plane + 2 * slot, frame, row);
        get(estimate, plane + 2 * slot + 1, frame, imagRow);
        shares[channel] = takeSpectrum(real[channel], imag[channel]);
      } else {
        get(estimate, plane + slot, frame, row);
        shares[channel] = takeMask(real[channel], imag[channel]);
      }
    }
  }

  /**
   * Checks all that has been read. For example, a network that divides by the level of its input
   * fails on silence.
   *
   * @throws UnsoundEstimateException when the network gave values that are not finite
   */
  void requireNumbers() {
    float sum = 0;
    for (float bin : finite) {
      sum += bin;
    }
    if (Float.isNaN(sum)) {
      throw new UnsoundEstimateException("The network gave values that are not finite.");
    }
  }

  private void get(float[] estimate, int plane, int frame, float[] row) {
    planes.get(estimate, plane, frame, row);
    if (scale != 1) {
      VectorOps.multiply(row, scale);
    }
    VectorOps.addNothing(row, finite);
  }

  /**
   * Replaces the mixture's frame by the stem's, whose complex estimate is in the rows.
   *
   * @return the stem's share of what lies above them
   */
  private float takeSpectrum(float[] real, float[] imag) {
    double mixed = 0;
    double estimated = 0;
    for (int bin = visible - upperQuarter(); bin < visible; bin++) {
      mixed += real[bin] * real[bin] + imag[bin] * imag[bin];
      estimated += row[bin] * row[bin] + imagRow[bin] * imagRow[bin];
    }
    float share = mixed > 0 ? (float) Math.min(1, Math.sqrt(estimated / mixed)) : 0;
    Arrays.fill(mask, share);
    VectorOps.apply(mask, real);
    VectorOps.apply(mask, imag);
    System.arraycopy(row, 0, real, 0, visible);
    System.arraycopy(imagRow, 0, imag, 0, visible);
    return share;
  }

  /**
   * Replaces the mixture's frame by the stem's, whose mask or magnitudes are in the row.
   *
   * @return the stem's share of what lies above it
   */
  private float takeMask(float[] real, float[] imag) {
    if (spec.output() == Output.MAGNITUDE) {
      for (int bin = 0; bin < visible; bin++) {
        double magnitude = Math.sqrt(real[bin] * real[bin] + imag[bin] * imag[bin]);
        row[bin] = magnitude > 0 ? (float) (row[bin] / magnitude) : 0;
      }
    }
    VectorOps.limit(row);
    float sum = 0;
    for (int bin = visible - upperQuarter(); bin < visible; bin++) {
      sum += row[bin];
    }
    System.arraycopy(row, 0, mask, 0, visible);
    float share = sum / upperQuarter();
    Arrays.fill(mask, visible, mask.length, share);
    VectorOps.apply(mask, real);
    VectorOps.apply(mask, imag);
    return share;
  }

  private int upperQuarter() {
    return (visible + 3) / 4;
  }
}
