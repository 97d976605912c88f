package io.stemspark.spectrogram;

/**
 * Turns a stream of samples into frames. Frame k is ready once k * hopLength + fftSize / 2 samples
 * have been pushed, or at {@link #finish}. Holds native memory until it is closed. Not thread-safe.
 */
public final class StftAnalyzer implements AutoCloseable {
  private final StftConfig config;
  private final RealFft fft;
  private final float[] window;
  private final float[][] buffer;
  private final float[] windowed;
  private final float[][] real;
  private final float[][] imag;
  private int filled;
  private long samples;
  private long frames;

  public StftAnalyzer(StftConfig config, int channels) {
    this.config = config;
    this.fft = new RealFft(config.fftSize());
    this.window = config.window().samples(config.fftSize());
    this.buffer = new float[channels][config.fftSize()];
    this.windowed = new float[config.fftSize()];
    this.real = new float[channels][config.bins()];
    this.imag = new float[channels][config.bins()];
    this.filled = config.fftSize() / 2;
  }

  /**
   * Takes the next samples; frames that are ready go to {@code sink}.
   *
   * @param input {@code [channel][time]}
   * @param from index of the first sample
   * @param length samples per channel
   */
  public void push(float[][] input, int from, int length, FrameSink sink) {
    samples += length;
    fill(input, from, length, sink);
  }

  /** Ends the stream. In all, {@link StftConfig#frames} frames have then gone to {@code sink}. */
  public void finish(FrameSink sink) {
    float[][] silence = new float[buffer.length][config.hopLength()];
    while (frames < config.frames(samples)) {
      fill(silence, 0, config.hopLength(), sink);
    }
  }

  private void fill(float[][] input, int from, int length, FrameSink sink) {
    int hop = config.hopLength();
    for (int done = 0; done < length; ) {
      int n = Math.min(length - done, config.fftSize() - filled);
      for (int c = 0; c < buffer.length; c++) {
        System.arraycopy(input[c], from + done, buffer[c], filled, n);
      }
      filled += n;
      done += n;
      if (filled == config.fftSize()) {
        emit(sink);
        filled -= hop;
        for (float[] channel : buffer) {
          System.arraycopy(channel, hop, channel, 0, filled);
        }
      }
    }
  }

  private void emit(FrameSink sink) {
    for (int c = 0; c < buffer.length; c++) {
      float[] samples = buffer[c];
      for (int i = 0; i < windowed.length; i++) {
        windowed[i] = samples[i] * window[i];
      }
      fft.forward(windowed, real[c], imag[c]);
    }
    frames++;
    sink.frame(real, imag);
  }

  @Override
  public void close() {
    fft.close();
  }
}
