package io.stemspark.spectrogram;

/**
 * Turns a stream of samples of one channel into frames. Frame k is ready once sample k * hopLength
 * + fftSize / 2 has been pushed, or at {@link #finish}. Not thread-safe.
 */
public final class StftAnalyzer {
  private final StftConfig config;
  private final RealFft fft;
  private final float[] window;
  private final float[] buffer;
  private final float[] windowed;
  private final float[] real;
  private final float[] imag;
  private int filled;
  private long samples;
  private long frames;

  public StftAnalyzer(StftConfig config) {
    this.config = config;
    this.fft = new RealFft(config.fftSize());
    this.window = config.window();
    this.buffer = new float[config.fftSize()];
    this.windowed = new float[config.fftSize()];
    this.real = new float[config.bins()];
    this.imag = new float[config.bins()];
    this.filled = config.fftSize() / 2;
  }

  /**
   * Takes {@code length} samples from {@code from} on; frames that are ready go to {@code sink}.
   */
  public void push(float[] input, int from, int length, FrameSink sink) {
    samples += length;
    fill(input, from, length, sink);
  }

  /** Ends the stream. In all, {@link StftConfig#frames} frames have then gone to {@code sink}. */
  public void finish(FrameSink sink) {
    float[] silence = new float[config.hopLength()];
    while (frames < config.frames(samples)) {
      fill(silence, 0, silence.length, sink);
    }
  }

  private void fill(float[] input, int from, int length, FrameSink sink) {
    int hop = config.hopLength();
    for (int done = 0; done < length; ) {
      int n = Math.min(length - done, buffer.length - filled);
      System.arraycopy(input, from + done, buffer, filled, n);
      filled += n;
      done += n;
      if (filled == buffer.length) {
        emit(sink);
        System.arraycopy(buffer, hop, buffer, 0, buffer.length - hop);
        filled -= hop;
      }
    }
  }

  private void emit(FrameSink sink) {
    for (int i = 0; i < windowed.length; i++) {
      windowed[i] = buffer[i] * window[i];
    }
    fft.forward(windowed, real, imag);
    frames++;
    sink.frame(real, imag);
  }
}
