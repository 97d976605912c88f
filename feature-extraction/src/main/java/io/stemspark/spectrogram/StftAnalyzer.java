package io.stemspark.spectrogram;

import io.stemspark.internal.audio.SampleQueue;
import io.stemspark.internal.fft.RealFft;

/**
 * Turns a stream of samples into frames. Frame k is ready once k * hopLength + fftSize / 2 samples
 * have been pushed, or at {@link #finish}. Holds native memory until it is closed. Not thread-safe.
 */
public final class StftAnalyzer implements AutoCloseable {
  private final StftConfig config;
  private final RealFft fft;
  private final float[] halfWindow;
  private final SampleQueue queue;
  private final float[] frame;
  private final float[][] real;
  private final float[][] imag;
  private long samples;
  private long frames;

  public StftAnalyzer(StftConfig config, int channels) {
    this.config = config;
    this.fft = new RealFft(config.fftSize());
    this.halfWindow = config.window().samples(config.fftSize());
    for (int i = 0; i < halfWindow.length; i++) {
      halfWindow[i] /= 2; // the transform gives twice the spectrum
    }
    this.queue = new SampleQueue(channels);
    this.frame = new float[config.fftSize()];
    this.real = new float[channels][config.bins()];
    this.imag = new float[channels][config.bins()];
    queue.add(new float[channels][config.fftSize() / 2], 0, config.fftSize() / 2);
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
    float[][] silence = new float[real.length][config.hopLength()];
    while (frames < config.frames(samples)) {
      fill(silence, 0, config.hopLength(), sink);
    }
  }

  private void fill(float[][] input, int from, int length, FrameSink sink) {
    for (int done = 0; done < length; ) {
      // Few enough samples at once that the queue stays small.
      int n = Math.min(length - done, config.fftSize());
      queue.add(input, from + done, n);
      done += n;
      while (queue.size() >= config.fftSize()) {
        emit(sink);
        queue.skip(config.hopLength());
      }
    }
  }

  private void emit(FrameSink sink) {
    for (int c = 0; c < real.length; c++) {
      queue.copy(c, frame);
      multiply(frame, halfWindow);
      fft.forward(frame, real[c], imag[c]);
    }
    frames++;
    sink.frame(real, imag);
  }

  private static void multiply(float[] values, float[] factors) {
    for (int i = 0; i < values.length; i++) {
      values[i] *= factors[i];
    }
  }

  @Override
  public void close() {
    fft.close();
  }

  /** Takes the frames of a transform, one by one. */
  @FunctionalInterface
  public interface FrameSink {
    /**
     * Takes the next frame of all channels.
     *
     * @param real {@code [channel][bin]}, reused by the caller after the call
     * @param imag {@code [channel][bin]}, reused by the caller after the call
     */
    void frame(float[][] real, float[][] imag);
  }
}
