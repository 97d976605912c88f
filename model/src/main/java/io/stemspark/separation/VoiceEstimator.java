package io.stemspark.separation;

import io.stemspark.network.Network;
import io.stemspark.network.NetworkSpec;
import io.stemspark.network.NetworkSpec.Axes;
import io.stemspark.network.NetworkSpec.Input;
import io.stemspark.network.NetworkSpec.Output;
import io.stemspark.network.NetworkSpec.Stem;
import io.stemspark.spectrogram.Spectrogram;
import java.util.Arrays;

/**
 * Estimates the voice in windows of frames: hands a network the patches that it wants to see, and
 * turns what it gives into the voice's complex spectra. Not thread-safe.
 *
 * <p>A network of one audio channel sees each channel on its own, one of two sees them in pairs; a
 * last channel without a partner is paired with itself.
 *
 * <p>Above the network's bins a frame keeps the share of the mixture that its voice has in the
 * upper quarter of the network's bins: the mean of a mask there, or the root of the ratio of
 * energies.
 */
final class VoiceEstimator {
  private final NetworkSpec spec;
  private final Network network;
  private final int batch;
  private final double exponent;
  private final int channels;
  private final int frames;
  private final int visible;
  private final int planeSize;
  private final float[] row;
  private final float[] imagRow;
  private final float[] mask;
  private final float[] input;
  private final float[] output;
  private final float[] finite;
  private final float[] real;
  private final float[] imag;
  private long networkNanos;

  /**
   * @param batch patches that the network may see at once; its memory grows with them
   * @param exponent of a mask, as {@link SeparationConfig#maskExponent}
   * @param channels of the mixture
   * @param bins of its frames
   */
  VoiceEstimator(
      NetworkSpec spec, Network network, int batch, double exponent, int channels, int bins) {
    this.spec = spec;
    this.network = network;
    this.batch = batch;
    this.exponent = exponent;
    this.channels = channels;
    this.frames = spec.patch().frames();
    this.visible = spec.patch().bins();
    this.planeSize = spec.patch().size();
    this.row = new float[visible];
    this.imagRow = new float[visible];
    this.mask = new float[bins];
    this.input = new float[batch * spec.inputPlanes() * planeSize];
    this.output = new float[batch * spec.outputPlanes() * planeSize];
    this.finite = new float[visible];
    this.real = new float[bins];
    this.imag = new float[bins];
  }

  /** Time spent in the network so far. */
  long networkNanos() {
    return networkNanos;
  }

  /** Patches that a window of all channels makes. */
  static int patchesPerWindow(NetworkSpec spec, int channels) {
    return (channels + spec.channels() - 1) / spec.channels();
  }

  /**
   * Estimates the voice in successive windows.
   *
   * @param mixture the frames of each channel
   * @param step frames from a window's start to the next one's
   * @param voice {@code [window][channel]}, filled here; each a patch long, with all bins
   * @param shares {@code [window][channel][frame]}, filled here: the voice's share of what lies
   *     above the network's bins
   */
  void estimate(Spectrogram[] mixture, int step, Spectrogram[][] voice, float[][][] shares) {
    int perWindow = patchesPerWindow(spec, channels);
    int patches = voice.length * perWindow;
    for (int first = 0; first < patches; first += batch) {
      int count = Math.min(batch, patches - first);
      for (int i = 0; i < count; i++) {
        int window = (first + i) / perWindow;
        encode(mixture, window * step, (first + i) % perWindow, i * spec.inputPlanes());
      }
      long start = System.nanoTime();
      network.run(input, count, output);
      networkNanos += System.nanoTime() - start;
      for (int i = 0; i < count; i++) {
        int window = (first + i) / perWindow;
        int group = (first + i) % perWindow;
        decode(
            i * spec.outputPlanes(), mixture, window * step, group, voice[window], shares[window]);
      }
      requireNumbers();
    }
  }

  /** A network that divides by the level of its input, say, fails on silence. */
  private void requireNumbers() {
    float sum = 0;
    for (float bin : finite) {
      sum += bin;
    }
    if (Float.isNaN(sum)) {
      throw new UnsoundEstimateException("the network gave values that are not finite");
    }
  }

  private void encode(Spectrogram[] mixture, int from, int group, int plane) {
    float scale = (float) spec.inputScale();
    for (int slot = 0; slot < spec.channels(); slot++) {
      int channel = Math.min(group * spec.channels() + slot, channels - 1);
      for (int frame = 0; frame < frames; frame++) {
        mixture[channel].copyFrame(from + frame, row, imagRow);
        if (spec.input() == Input.MAGNITUDE) {
          toMagnitudes(row, imagRow, scale);
          put(row, plane + slot, frame);
        } else {
          multiply(row, scale);
          multiply(imagRow, scale);
          put(row, plane + 2 * slot, frame);
          put(imagRow, plane + 2 * slot + 1, frame);
        }
      }
    }
  }

  private void decode(
      int plane,
      Spectrogram[] mixture,
      int from,
      int group,
      Spectrogram[] voice,
      float[][] shares) {
    for (int slot = 0; slot < spec.channels(); slot++) {
      int channel = group * spec.channels() + slot;
      if (channel >= channels) {
        return;
      }
      for (int frame = 0; frame < frames; frame++) {
        mixture[channel].copyFrame(from + frame, real, imag);
        if (spec.output() == Output.COMPLEX) {
          get(plane + 2 * slot, frame, row);
          get(plane + 2 * slot + 1, frame, imagRow);
          shares[channel][frame] = takeSpectrum();
        } else {
          get(plane + slot, frame, row);
          shares[channel][frame] = takeMask();
        }
        voice[channel].putFrame(frame, real, imag);
      }
    }
  }

  private void put(float[] row, int plane, int frame) {
    int at = plane * planeSize;
    if (spec.axes() == Axes.FRAMES_BINS) {
      System.arraycopy(row, 0, input, at + frame * visible, visible);
    } else {
      for (int bin = 0; bin < visible; bin++) {
        input[at + bin * frames + frame] = row[bin];
      }
    }
  }

  private void get(int plane, int frame, float[] row) {
    int at = plane * planeSize;
    if (spec.axes() == Axes.FRAMES_BINS) {
      System.arraycopy(output, at + frame * visible, row, 0, visible);
    } else {
      for (int bin = 0; bin < visible; bin++) {
        row[bin] = output[at + bin * frames + frame];
      }
    }
    addNothing(row, finite);
  }

  /**
   * Replaces the mixture's frame by the voice's, whose complex estimate is in the rows.
   *
   * @return the voice's share of what lies above them
   */
  private float takeSpectrum() {
    multiply(row, (float) spec.outputScale());
    multiply(imagRow, (float) spec.outputScale());
    boolean direct = spec.stem() == Stem.VOCALS;
    double mixed = 0;
    double sung = 0;
    for (int bin = 0; bin < visible; bin++) {
      float voiceRe = direct ? row[bin] : real[bin] - row[bin];
      float voiceIm = direct ? imagRow[bin] : imag[bin] - imagRow[bin];
      if (bin >= visible - upperQuarter()) {
        mixed += real[bin] * real[bin] + imag[bin] * imag[bin];
        sung += voiceRe * voiceRe + voiceIm * voiceIm;
      }
      row[bin] = voiceRe;
      imagRow[bin] = voiceIm;
    }
    float share = mixed > 0 ? (float) Math.min(1, Math.sqrt(sung / mixed)) : 0;
    Arrays.fill(mask, share);
    apply(mask, real);
    apply(mask, imag);
    System.arraycopy(row, 0, real, 0, visible);
    System.arraycopy(imagRow, 0, imag, 0, visible);
    return share;
  }

  /**
   * Replaces the mixture's frame by the voice's, whose mask or magnitudes are in the row.
   *
   * @return the voice's share of what lies above it
   */
  private float takeMask() {
    if (spec.output() == Output.MAGNITUDE) {
      multiply(row, (float) spec.outputScale());
      for (int bin = 0; bin < visible; bin++) {
        double magnitude = Math.sqrt(real[bin] * real[bin] + imag[bin] * imag[bin]);
        row[bin] = magnitude > 0 ? (float) (row[bin] / magnitude) : 0;
      }
    }
    refineMask();
    float sum = 0;
    for (int bin = visible - upperQuarter(); bin < visible; bin++) {
      sum += row[bin];
    }
    System.arraycopy(row, 0, mask, 0, visible);
    float share = sum / upperQuarter();
    Arrays.fill(mask, visible, mask.length, share);
    apply(mask, real);
    apply(mask, imag);
    return share;
  }

  private void refineMask() {
    limit(row);
    if (spec.stem() == Stem.ACCOMPANIMENT) {
      for (int bin = 0; bin < visible; bin++) {
        row[bin] = 1 - row[bin];
      }
    }
    if (exponent != 1) {
      for (int bin = 0; bin < visible; bin++) {
        double voice = Math.pow(row[bin], exponent);
        double rest = Math.pow(1 - row[bin], exponent);
        row[bin] = (float) (voice / (voice + rest));
      }
    }
  }

  private int upperQuarter() {
    return (visible + 3) / 4;
  }

  // The JIT compiler makes vectors of loops as plain as these: whole arrays, one index. Where two
  // arrays are read and written at different places it cannot know that they are not one.

  private static void toMagnitudes(float[] real, float[] imag, float scale) {
    for (int i = 0; i < real.length; i++) {
      real[i] = scale * (float) Math.sqrt(real[i] * real[i] + imag[i] * imag[i]);
    }
  }

  private static void limit(float[] mask) {
    for (int i = 0; i < mask.length; i++) {
      mask[i] = Math.max(0, Math.min(1, mask[i]));
    }
  }

  private static void apply(float[] mask, float[] values) {
    for (int i = 0; i < values.length; i++) {
      values[i] *= mask[i];
    }
  }

  private static void multiply(float[] values, float factor) {
    for (int i = 0; i < values.length; i++) {
      values[i] *= factor;
    }
  }

  /** Leaves a NaN where a value is infinite or none: 0 times these is NaN. */
  private static void addNothing(float[] values, float[] into) {
    for (int i = 0; i < values.length; i++) {
      into[i] += 0 * values[i];
    }
  }
}
