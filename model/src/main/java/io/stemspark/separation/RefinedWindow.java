package io.stemspark.separation;

import io.stemspark.spectrogram.Spectrogram;

/** The voice in a window of stereo, which a Wiener filter has to see whole. */
final class RefinedWindow {
  static final int CHANNELS = 2;

  private final WienerFilter filter = new WienerFilter();
  private final Spectrogram[] voice = new Spectrogram[CHANNELS];
  private final float[][] shares;

  RefinedWindow(int frames, int bins) {
    for (int c = 0; c < CHANNELS; c++) {
      voice[c] = new Spectrogram(frames, bins);
    }
    shares = new float[frames][CHANNELS];
  }

  void put(int frame, float[][] real, float[][] imag, float[] share) {
    for (int c = 0; c < CHANNELS; c++) {
      voice[c].putFrame(frame, real[c], imag[c]);
    }
    System.arraycopy(share, 0, shares[frame], 0, CHANNELS);
  }

  /**
   * Refines all frames.
   *
   * @param from the mixture's frame that is the window's first
   */
  void refine(Spectrogram[] mixture, int from) {
    filter.refine(mixture, from, voice);
  }

  void get(int frame, float[][] real, float[][] imag, float[] share) {
    for (int c = 0; c < CHANNELS; c++) {
      voice[c].copyFrame(frame, real[c], imag[c]);
    }
    System.arraycopy(shares[frame], 0, share, 0, CHANNELS);
  }
}
