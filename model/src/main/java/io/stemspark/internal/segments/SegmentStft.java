package io.stemspark.internal.segments;

import io.stemspark.internal.fft.RealFft;
import io.stemspark.network.NetworkSpec.Spectra;
import io.stemspark.spectrogram.StftConfig.Window;
import java.util.Arrays;

/**
 * STFT of whole segments as PyTorch has it: frames are centred on multiples of the hop, and the
 * segment is continued at both ends by its own reflection. The inverse divides by the sum of the
 * squared windows. Not thread-safe.
 *
 * <p>Hybrid Demucs continues a segment by another one and a half hops, to whole hops, and leaves
 * out the two outermost frames on either side; the inverse takes these for silent.
 */
public final class SegmentStft implements AutoCloseable {
  /** Where windows overlap by less, noise would be all there is. */
  private static final double LEAST_OVERLAP = 1e-6;

  private final int fftSize;
  private final int hop;
  private final int samples;
  private final int front;
  private final int back;
  private final int dropped;
  private final int frames;
  private final float[] window;
  private final float[] envelope;
  private final float[] padded;
  private final float[] frame;
  private final float scale;
  private final RealFft fft;

  /**
   * @param fftSize of the sizes that {@link io.stemspark.spectrogram.StftConfig} allows
   * @param normalised whether spectra are divided by the root of the FFT size
   * @param hybrid whether segments are continued as Hybrid Demucs has it
   * @param samples of a segment
   * @throws IllegalArgumentException when the segment is too short to be reflected, or windows
   *     leave samples of it out
   */
  public SegmentStft(
      int fftSize, int hop, Window window, boolean normalised, boolean hybrid, int samples) {
    this.fftSize = fftSize;
    this.hop = hop;
    this.samples = samples;
    int outer = hybrid ? hop / 2 * 3 : 0;
    int whole = hybrid ? (samples + hop - 1) / hop * hop : samples;
    this.front = outer + fftSize / 2;
    this.back = outer + whole - samples + fftSize / 2;
    this.dropped = hybrid ? 2 : 0;
    if (samples <= front || samples <= back) {
      throw new IllegalArgumentException(
          "A segment has %d samples. Expected more than %d for an FFT of %d."
              .formatted(samples, Math.max(front, back), fftSize));
    }
    int all = 1 + (outer + whole + outer) / hop;
    this.frames = all - 2 * dropped;
    this.window = window.samples(fftSize);
    this.padded = new float[front + samples + back];
    this.envelope = envelope(all);
    this.frame = new float[fftSize];
    this.scale = normalised ? (float) Math.sqrt(fftSize) : 1;
    this.fft = new RealFft(fftSize);
  }

  /** That of a network's tensors. */
  static SegmentStft of(Spectra spectra, int samples) {
    return new SegmentStft(
        spectra.fftSize(),
        spectra.hopLength(),
        spectra.window(),
        spectra.normalised(),
        spectra.hybrid(),
        samples);
  }

  private float[] envelope(int all) {
    double[] sum = new double[Math.max(padded.length, (all - 1) * hop + fftSize)];
    for (int t = 0; t < all; t++) {
      for (int i = 0; i < fftSize; i++) {
        sum[t * hop + i] += (double) window[i] * window[i];
      }
    }
    float[] kept = new float[samples];
    for (int i = 0; i < samples; i++) {
      kept[i] = (float) sum[front + i];
      if (kept[i] < LEAST_OVERLAP) {
        throw new IllegalArgumentException(
            "Windows of %d samples, one every %d, leave out sample %d of a segment of %d."
                .formatted(fftSize, hop, i, samples));
      }
    }
    return kept;
  }

  /** Frames of a segment. */
  public int frames() {
    return frames;
  }

  /** Bins of a frame. */
  public int bins() {
    return fftSize / 2 + 1;
  }

  /**
   * The spectra of a segment.
   *
   * @param real {@code [frame][bin]}, filled here
   * @param imag {@code [frame][bin]}, filled here
   */
  public void forward(float[] segment, float[][] real, float[][] imag) {
    continueByReflection(segment);
    float half = 0.5f / scale; // The transform gives twice the spectrum.
    for (int t = 0; t < frames; t++) {
      int start = (t + dropped) * hop;
      for (int i = 0; i < fftSize; i++) {
        frame[i] = padded[start + i] * window[i];
      }
      fft.forward(frame, real[t], imag[t]);
      multiply(real[t], half);
      multiply(imag[t], half);
    }
  }

  private void continueByReflection(float[] segment) {
    // Demucs reflects twice: first by its own part, then by half a window, which reflects the
    // first.
    int inner = fftSize / 2;
    int from = front - inner;
    System.arraycopy(segment, 0, padded, front, samples);
    for (int i = 1; i <= from; i++) {
      padded[front - i] = segment[i];
    }
    for (int i = 1; i <= back - inner; i++) {
      padded[front + samples - 1 + i] = segment[samples - 1 - i];
    }
    int last = padded.length - inner - 1;
    for (int i = 1; i <= inner; i++) {
      padded[inner - i] = padded[inner + i];
      padded[last + i] = padded[last - i];
    }
  }

  /**
   * The segment of spectra.
   *
   * @param real {@code [frame][bin]}
   * @param imag {@code [frame][bin]}
   * @param segment filled here
   */
  public void inverse(float[][] real, float[][] imag, float[] segment) {
    Arrays.fill(padded, 0);
    float level = scale / fftSize;
    for (int t = 0; t < frames; t++) {
      fft.inverse(real[t], imag[t], frame);
      int start = (t + dropped) * hop;
      int end = Math.min(fftSize, padded.length - start);
      for (int i = 0; i < end; i++) {
        padded[start + i] += frame[i] * window[i] * level;
      }
    }
    for (int i = 0; i < samples; i++) {
      segment[i] = padded[front + i] / envelope[i];
    }
  }

  private static void multiply(float[] values, float factor) {
    for (int i = 0; i < values.length; i++) {
      values[i] *= factor;
    }
  }

  @Override
  public void close() {
    fft.close();
  }
}
