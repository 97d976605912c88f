package io.stemspark.internal.segments;

import io.stemspark.network.NetworkSpec.Content;
import io.stemspark.network.NetworkSpec.Spectra;
import java.util.Arrays;

/**
 * The spectra of a segment on their way into tensors, and those of its stems out of them. A plane
 * of a tensor is (bin, frame). Not thread-safe.
 */
final class SpectraTensors implements AutoCloseable {
  private final SegmentStft stft;
  private final int bins;
  private final int silentBins;
  private final int frames;

  /** Of the segment: {@code [channel][frame][bin]}. */
  private final float[][][] real;

  private final float[][][] imag;

  /** Of one channel of a stem: {@code [frame][bin]}. */
  private final float[][] stemReal;

  private final float[][] stemImag;
  private final float[] samples;

  SpectraTensors(Spectra spectra, int channels, int length) {
    this.stft = SegmentStft.of(spectra, length);
    this.bins = spectra.bins();
    this.silentBins = spectra.silentBins();
    this.frames = stft.frames();
    this.real = new float[channels][frames][stft.bins()];
    this.imag = new float[channels][frames][stft.bins()];
    this.stemReal = new float[frames][stft.bins()];
    this.stemImag = new float[frames][stft.bins()];
    this.samples = new float[length];
  }

  /** Takes a segment, {@code [channel][time]}, or its negative. */
  void analyse(float[][] segment, int polarity) {
    for (int c = 0; c < segment.length; c++) {
      for (int i = 0; i < samples.length; i++) {
        samples[i] = polarity * segment[c][i];
      }
      stft.forward(samples, real[c], imag[c]);
      for (int t = 0; t < frames; t++) {
        Arrays.fill(real[c][t], 0, silentBins, 0);
        Arrays.fill(imag[c][t], 0, silentBins, 0);
      }
    }
  }

  /** Fills a tensor of the segment. */
  void put(Content content, float[] tensor) {
    int plane = 0;
    for (int c = 0; c < real.length; c++) {
      if (content != Content.IMAG) {
        Transpose.toBins(real[c], bins, tensor, bins * frames * plane++);
      }
      if (content != Content.REAL) {
        Transpose.toBins(imag[c], bins, tensor, bins * frames * plane++);
      }
    }
  }

  /**
   * Adds a stem of tensors with real and imaginary parts.
   *
   * @param stem its number among those of the tensors
   * @param level factor on it
   * @param channels {@code [channel][time]}
   */
  void addStem(float[] realTensor, float[] imagTensor, int stem, float level, float[][] channels) {
    for (int c = 0; c < channels.length; c++) {
      int plane = stem * channels.length + c;
      take(realTensor, plane, stemReal);
      take(imagTensor, plane, stemImag);
      add(level, channels[c]);
    }
  }

  /** Adds a stem of a tensor of planes. */
  void addStem(float[] tensor, int stem, float level, float[][] channels) {
    for (int c = 0; c < channels.length; c++) {
      int plane = 2 * (stem * channels.length + c);
      take(tensor, plane, stemReal);
      take(tensor, plane + 1, stemImag);
      add(level, channels[c]);
    }
  }

  private void take(float[] tensor, int plane, float[][] spectra) {
    Transpose.toFrames(tensor, plane * bins * frames, bins, spectra);
  }

  private void add(float level, float[] channel) {
    stft.inverse(stemReal, stemImag, samples);
    for (int i = 0; i < samples.length; i++) {
      channel[i] += level * samples[i];
    }
  }

  @Override
  public void close() {
    stft.close();
  }
}
