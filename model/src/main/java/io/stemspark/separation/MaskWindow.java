package io.stemspark.separation;

import io.stemspark.patch.PatchConfig;
import io.stemspark.spectrogram.FrameSink;
import io.stemspark.spectrogram.Spectrogram;
import java.time.Duration;

/**
 * Slides windows of patch length over the frames of a track and multiplies each frame with its
 * mask. Neighbouring windows share {@code overlap} frames, over which their masks cross-fade.
 *
 * <p>Above the model's bins a frame's mask is the mean over the upper quarter of the model's bins.
 */
final class MaskWindow implements FrameSink {
  /** The network's memory grows with its batch; more than stereo must not take more of it. */
  private static final int CHANNELS_AT_ONCE = 2;

  private final PatchConfig patch;
  private final int overlap;
  private final int bins;
  private final MaskEstimator estimator;
  private final FrameSink masked;
  private final Spectrogram[] window;
  private final Spectrogram visible;
  private final float[] magnitudes;
  private final float[] tail;
  private final float[][] real;
  private final float[][] imag;
  private int filled;
  private boolean hasTail;
  private long estimationNanos;

  /**
   * @param bins bins of a frame, at least as many as a patch has
   * @param masked takes the frames after their masks
   */
  MaskWindow(
      PatchConfig patch,
      int overlap,
      int channels,
      int bins,
      MaskEstimator estimator,
      FrameSink masked) {
    this.patch = patch;
    this.overlap = overlap;
    this.bins = bins;
    this.estimator = estimator;
    this.masked = masked;
    this.window = new Spectrogram[channels];
    for (int c = 0; c < channels; c++) {
      window[c] = new Spectrogram(patch.frames(), bins);
    }
    this.visible = new Spectrogram(patch.frames(), patch.bins());
    this.magnitudes = new float[Math.min(channels, CHANNELS_AT_ONCE) * patch.size()];
    this.tail = new float[channels * overlap * patch.bins()];
    this.real = new float[channels][bins];
    this.imag = new float[channels][bins];
  }

  @Override
  public void frame(float[][] frameReal, float[][] frameImag) {
    for (int c = 0; c < window.length; c++) {
      System.arraycopy(frameReal[c], 0, window[c].real(), filled * bins, bins);
      System.arraycopy(frameImag[c], 0, window[c].imag(), filled * bins, bins);
    }
    filled++;
    if (filled == patch.frames()) {
      float[] masks = estimate();
      emit(masks, patch.frames() - overlap);
      keepTail(masks);
    }
  }

  /** Passes the last frames on. */
  void finish() {
    int missing = patch.frames() - filled;
    Spectrogram silence = new Spectrogram(missing, bins);
    for (Spectrogram channel : window) {
      channel.copyFrames(silence, 0, filled, missing);
    }
    if (filled > 0) {
      emit(estimate(), filled);
    }
    filled = 0;
  }

  Duration estimation() {
    return Duration.ofNanos(estimationNanos);
  }

  private float[] estimate() {
    float[] masks = new float[window.length * patch.size()];
    for (int first = 0; first < window.length; first += CHANNELS_AT_ONCE) {
      int count = Math.min(CHANNELS_AT_ONCE, window.length - first);
      for (int c = 0; c < count; c++) {
        visible.copyFrames(window[first + c], 0, 0, patch.frames());
        visible.magnitudes(magnitudes, c * patch.size());
      }
      long start = System.nanoTime();
      float[] estimated = estimator.estimate(magnitudes, count);
      estimationNanos += System.nanoTime() - start;
      System.arraycopy(estimated, 0, masks, first * patch.size(), count * patch.size());
    }
    if (hasTail) {
      crossFade(masks);
    }
    return masks;
  }

  private void crossFade(float[] masks) {
    int width = overlap * patch.bins();
    for (int c = 0; c < window.length; c++) {
      for (int i = 0; i < width; i++) {
        int frame = i / patch.bins();
        float fade = (frame + 1f) / (overlap + 1);
        int at = c * patch.size() + i;
        float old = tail[c * width + i];
        masks[at] = old + fade * (masks[at] - old);
      }
    }
  }

  private void keepTail(float[] masks) {
    int width = overlap * patch.bins();
    int kept = patch.frames() - overlap;
    for (int c = 0; c < window.length; c++) {
      int at = c * patch.size() + kept * patch.bins();
      System.arraycopy(masks, at, tail, c * width, width);
      window[c].copyFrames(window[c], kept, 0, overlap);
    }
    filled = overlap;
    hasTail = overlap > 0;
  }

  private void emit(float[] masks, int frames) {
    for (int k = 0; k < frames; k++) {
      for (int c = 0; c < window.length; c++) {
        applyMask(c, k, masks, c * patch.size() + k * patch.bins());
      }
      masked.frame(real, imag);
    }
  }

  private void applyMask(int channel, int frame, float[] masks, int at) {
    float[] fromReal = window[channel].real();
    float[] fromImag = window[channel].imag();
    int from = frame * bins;
    for (int b = 0; b < patch.bins(); b++) {
      real[channel][b] = fromReal[from + b] * masks[at + b];
      imag[channel][b] = fromImag[from + b] * masks[at + b];
    }
    float above = meanOfUpperQuarter(masks, at);
    for (int b = patch.bins(); b < bins; b++) {
      real[channel][b] = fromReal[from + b] * above;
      imag[channel][b] = fromImag[from + b] * above;
    }
  }

  private float meanOfUpperQuarter(float[] masks, int at) {
    int count = (patch.bins() + 3) / 4;
    float sum = 0;
    for (int b = patch.bins() - count; b < patch.bins(); b++) {
      sum += masks[at + b];
    }
    return sum / count;
  }
}
