package io.stemspark.separation;

import io.stemspark.network.Network;
import io.stemspark.network.NetworkSpec;
import io.stemspark.network.NetworkSpec.Axes;
import io.stemspark.network.NetworkSpec.Input;
import io.stemspark.network.NetworkSpec.Output;
import io.stemspark.network.NetworkSpec.Stem;
import io.stemspark.spectrogram.Spectrogram;

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
  private final float[] mask;
  private final float[] real;
  private final float[] imag;
  private long networkNanos;

  /**
   * @param batch patches that the network may see at once; its memory grows with them
   * @param exponent of a mask, as {@link SeparationConfig#maskExponent}
   * @param channels of the mixture
   */
  VoiceEstimator(NetworkSpec spec, Network network, int batch, double exponent, int channels) {
    this.spec = spec;
    this.network = network;
    this.batch = batch;
    this.exponent = exponent;
    this.channels = channels;
    this.frames = spec.patch().frames();
    this.visible = spec.patch().bins();
    this.planeSize = spec.patch().size();
    this.mask = new float[visible];
    this.real = new float[visible];
    this.imag = new float[visible];
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
   */
  void estimate(Spectrogram[] mixture, int step, Spectrogram[][] voice) {
    int perWindow = patchesPerWindow(spec, channels);
    int patches = voice.length * perWindow;
    for (int first = 0; first < patches; first += batch) {
      int count = Math.min(batch, patches - first);
      float[] input = new float[count * spec.inputPlanes() * planeSize];
      for (int i = 0; i < count; i++) {
        int window = (first + i) / perWindow;
        encode(mixture, window * step, (first + i) % perWindow, input, i * spec.inputPlanes());
      }
      long start = System.nanoTime();
      float[] output = network.run(input, count);
      networkNanos += System.nanoTime() - start;
      for (int i = 0; i < count; i++) {
        int window = (first + i) / perWindow;
        int group = (first + i) % perWindow;
        decode(output, i * spec.outputPlanes(), mixture, window * step, group, voice[window]);
      }
    }
  }

  private void encode(Spectrogram[] mixture, int from, int group, float[] input, int plane) {
    float scale = (float) spec.inputScale();
    for (int slot = 0; slot < spec.channels(); slot++) {
      int channel = Math.min(group * spec.channels() + slot, channels - 1);
      for (int frame = 0; frame < frames; frame++) {
        mixture[channel].copyFrame(from + frame, real, imag);
        if (spec.input() == Input.MAGNITUDE) {
          magnitudes(real, imag, scale, mask);
          put(mask, input, plane + slot, frame);
        } else {
          multiply(real, scale);
          multiply(imag, scale);
          put(real, input, plane + 2 * slot, frame);
          put(imag, input, plane + 2 * slot + 1, frame);
        }
      }
    }
  }

  private void decode(
      float[] output, int plane, Spectrogram[] mixture, int from, int group, Spectrogram[] voice) {
    for (int slot = 0; slot < spec.channels(); slot++) {
      int channel = group * spec.channels() + slot;
      if (channel >= channels) {
        return;
      }
      for (int frame = 0; frame < frames; frame++) {
        if (spec.output() == Output.COMPLEX) {
          get(output, plane + 2 * slot, frame, real);
          get(output, plane + 2 * slot + 1, frame, imag);
          putSpectrum(mixture[channel], from + frame, voice[channel], frame);
        } else {
          get(output, plane + slot, frame, mask);
          putMasked(mixture[channel], from + frame, voice[channel], frame);
        }
      }
    }
  }

  private void put(float[] row, float[] tensor, int plane, int frame) {
    int at = plane * planeSize;
    if (spec.axes() == Axes.FRAMES_BINS) {
      System.arraycopy(row, 0, tensor, at + frame * visible, visible);
    } else {
      for (int bin = 0; bin < visible; bin++) {
        tensor[at + bin * frames + frame] = row[bin];
      }
    }
  }

  private void get(float[] tensor, int plane, int frame, float[] row) {
    int at = plane * planeSize;
    if (spec.axes() == Axes.FRAMES_BINS) {
      System.arraycopy(tensor, at + frame * visible, row, 0, visible);
    } else {
      for (int bin = 0; bin < visible; bin++) {
        row[bin] = tensor[at + bin * frames + frame];
      }
    }
  }

  /** The voice of a frame whose complex estimate is in {@link #real} and {@link #imag}. */
  private void putSpectrum(Spectrogram mixture, int from, Spectrogram voice, int to) {
    multiply(real, (float) spec.outputScale());
    multiply(imag, (float) spec.outputScale());
    int read = from * mixture.bins();
    int write = to * voice.bins();
    double mixed = 0;
    double sung = 0;
    for (int bin = 0; bin < visible; bin++) {
      float re = mixture.real()[read + bin];
      float im = mixture.imag()[read + bin];
      boolean direct = spec.stem() == Stem.VOCALS;
      float voiceRe = direct ? real[bin] : re - real[bin];
      float voiceIm = direct ? imag[bin] : im - imag[bin];
      voice.real()[write + bin] = voiceRe;
      voice.imag()[write + bin] = voiceIm;
      if (bin >= visible - upperQuarter()) {
        mixed += re * re + im * im;
        sung += voiceRe * voiceRe + voiceIm * voiceIm;
      }
    }
    float above = mixed > 0 ? (float) Math.min(1, Math.sqrt(sung / mixed)) : 0;
    extend(mixture, read, voice, write, above);
  }

  /** The voice of a frame whose mask, or the stem's magnitudes, are in {@link #mask}. */
  private void putMasked(Spectrogram mixture, int from, Spectrogram voice, int to) {
    int read = from * mixture.bins();
    int write = to * voice.bins();
    mixture.copyFrame(from, real, imag);
    if (spec.output() == Output.MAGNITUDE) {
      multiply(mask, (float) spec.outputScale());
      for (int bin = 0; bin < visible; bin++) {
        double magnitude = Math.sqrt(real[bin] * real[bin] + imag[bin] * imag[bin]);
        mask[bin] = magnitude > 0 ? (float) (mask[bin] / magnitude) : 0;
      }
    }
    refineMask();
    apply(mask, real, voice.real(), write);
    apply(mask, imag, voice.imag(), write);
    float sum = 0;
    for (int bin = visible - upperQuarter(); bin < visible; bin++) {
      sum += mask[bin];
    }
    extend(mixture, read, voice, write, sum / upperQuarter());
  }

  private void refineMask() {
    boolean accompaniment = spec.stem() == Stem.ACCOMPANIMENT;
    for (int bin = 0; bin < visible; bin++) {
      float share = Math.max(0, Math.min(1, mask[bin]));
      mask[bin] = accompaniment ? 1 - share : share;
    }
    if (exponent != 1) {
      for (int bin = 0; bin < visible; bin++) {
        double voice = Math.pow(mask[bin], exponent);
        double rest = Math.pow(1 - mask[bin], exponent);
        mask[bin] = (float) (voice / (voice + rest));
      }
    }
  }

  private int upperQuarter() {
    return (visible + 3) / 4;
  }

  private void extend(Spectrogram mixture, int read, Spectrogram voice, int write, float share) {
    for (int bin = visible; bin < mixture.bins(); bin++) {
      voice.real()[write + bin] = mixture.real()[read + bin] * share;
      voice.imag()[write + bin] = mixture.imag()[read + bin] * share;
    }
  }

  private static void magnitudes(float[] real, float[] imag, float scale, float[] into) {
    for (int i = 0; i < into.length; i++) {
      into[i] = scale * (float) Math.sqrt(real[i] * real[i] + imag[i] * imag[i]);
    }
  }

  private static void apply(float[] mask, float[] values, float[] into, int at) {
    for (int i = 0; i < mask.length; i++) {
      into[at + i] = values[i] * mask[i];
    }
  }

  private static void multiply(float[] values, float factor) {
    for (int i = 0; i < values.length; i++) {
      values[i] *= factor;
    }
  }
}
