package io.stemspark.internal.separation;

import java.util.Arrays;

/**
 * Complex spectra of all channels, frame by frame, each in arrays of its own: a frame is changed
 * and passed on where it is.
 */
final class SpectrogramBlock {
  private final float[][][] real;
  private final float[][][] imag;
  private final float[][] shares;

  /** Silence. */
  SpectrogramBlock(int frames, int channels, int bins) {
    this.real = new float[frames][channels][bins];
    this.imag = new float[frames][channels][bins];
    this.shares = new float[frames][channels];
  }

  int count() {
    return shares.length;
  }

  /** Real parts of a frame, {@code [channel][bin]}; not a copy. */
  float[][] real(int frame) {
    return real[frame];
  }

  /** Imaginary parts of a frame, {@code [channel][bin]}; not a copy. */
  float[][] imag(int frame) {
    return imag[frame];
  }

  /** {@code [channel]}: the voice's share of what lies above the network's bins; not a copy. */
  float[] shares(int frame) {
    return shares[frame];
  }

  void put(int frame, float[][] realFrom, float[][] imagFrom) {
    for (int c = 0; c < realFrom.length; c++) {
      System.arraycopy(realFrom[c], 0, real[frame][c], 0, realFrom[c].length);
      System.arraycopy(imagFrom[c], 0, imag[frame][c], 0, imagFrom[c].length);
    }
  }

  /** Replaces a frame by one of {@code source}. */
  void copy(SpectrogramBlock source, int from, int frame) {
    put(frame, source.real[from], source.imag[from]);
    System.arraycopy(source.shares[from], 0, shares[frame], 0, shares[frame].length);
  }

  void silence(int frame) {
    for (int c = 0; c < real[frame].length; c++) {
      Arrays.fill(real[frame][c], 0);
      Arrays.fill(imag[frame][c], 0);
    }
  }

  /** Fades a frame into what {@code before} had in its place. */
  void crossFade(SpectrogramBlock before, int frame, float weight) {
    for (int c = 0; c < real[frame].length; c++) {
      VectorOps.crossFade(before.real[frame][c], real[frame][c], weight);
      VectorOps.crossFade(before.imag[frame][c], imag[frame][c], weight);
    }
    VectorOps.crossFade(before.shares[frame], shares[frame], weight);
  }
}
