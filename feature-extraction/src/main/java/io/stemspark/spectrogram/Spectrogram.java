package io.stemspark.spectrogram;

/**
 * A complex spectrogram of one channel. Element (frame, bin) stands at {@code frame * bins + bin}
 * of {@link #real()} and {@link #imag()}.
 */
public final class Spectrogram {
  private final int frames;
  private final int bins;
  private final float[] real;
  private final float[] imag;

  /** An all-zero spectrogram. */
  public Spectrogram(int frames, int bins) {
    this.frames = frames;
    this.bins = bins;
    this.real = new float[Math.multiplyExact(frames, bins)];
    this.imag = new float[real.length];
  }

  /** Number of frames. */
  public int frames() {
    return frames;
  }

  /** Number of bins of a frame. */
  public int bins() {
    return bins;
  }

  /** Real parts; not a copy. */
  public float[] real() {
    return real;
  }

  /** Imaginary parts; not a copy. */
  public float[] imag() {
    return imag;
  }

  /**
   * Copies {@code count} frames of the lowest bins that both spectrograms have.
   *
   * @param from the first frame of {@code source} to copy
   * @param at the frame of this spectrogram that it becomes
   */
  public void copyFrames(Spectrogram source, int from, int at, int count) {
    int width = Math.min(bins, source.bins);
    for (int i = 0; i < count; i++) {
      int read = (from + i) * source.bins;
      int write = (at + i) * bins;
      System.arraycopy(source.real, read, real, write, width);
      System.arraycopy(source.imag, read, imag, write, width);
    }
  }

  /** Writes the magnitudes of all elements to {@code into[at..]}, in (frame, bin) order. */
  public void magnitudes(float[] into, int at) {
    for (int i = 0; i < real.length; i++) {
      into[at + i] = (float) Math.sqrt(real[i] * real[i] + imag[i] * imag[i]);
    }
  }
}
