package io.stemspark.spectrogram;

import io.stemspark.spectrogram.StftAnalyzer.FrameSink;
import io.stemspark.spectrogram.StftSynthesizer.SampleSink;

/** The short-time Fourier transform of whole clips. Immutable; each call has its own buffers. */
public final class Stft {
  private final StftConfig config;

  public Stft(StftConfig config) {
    this.config = config;
  }

  /** The spectrogram of one channel: {@link StftConfig#frames} frames of all bins. */
  public Spectrogram forward(float[] samples) {
    Spectrogram result =
        new Spectrogram(Math.toIntExact(config.frames(samples.length)), config.bins());
    FrameSink append =
        new FrameSink() {
          private int at;

          @Override
          public void frame(float[][] real, float[][] imag) {
            System.arraycopy(real[0], 0, result.real(), at, config.bins());
            System.arraycopy(imag[0], 0, result.imag(), at, config.bins());
            at += config.bins();
          }
        };
    try (StftAnalyzer analyzer = new StftAnalyzer(config, 1)) {
      analyzer.push(new float[][] {samples}, 0, samples.length, append);
      analyzer.finish(append);
    }
    return result;
  }

  /**
   * The signal of a spectrogram.
   *
   * @param spectrogram with all bins, and the frames that belong to {@code length}
   * @param length samples of the result
   */
  public float[] inverse(Spectrogram spectrogram, int length) {
    if (spectrogram.bins() != config.bins() || spectrogram.frames() != config.frames(length)) {
      throw new IllegalArgumentException(
          "%d samples need %d frames x %d bins, not %d x %d"
              .formatted(
                  length,
                  config.frames(length),
                  config.bins(),
                  spectrogram.frames(),
                  spectrogram.bins()));
    }
    float[] result = new float[length];
    SampleSink append =
        new SampleSink() {
          private int at;

          @Override
          public void samples(float[][] samples, int from, int n) {
            System.arraycopy(samples[0], from, result, at, n);
            at += n;
          }
        };
    float[][] real = new float[1][config.bins()];
    float[][] imag = new float[1][config.bins()];
    try (StftSynthesizer synthesizer = new StftSynthesizer(config, 1)) {
      for (int k = 0; k < spectrogram.frames(); k++) {
        System.arraycopy(spectrogram.real(), k * config.bins(), real[0], 0, config.bins());
        System.arraycopy(spectrogram.imag(), k * config.bins(), imag[0], 0, config.bins());
        synthesizer.push(real, imag, append);
      }
      synthesizer.finish(length, append);
    }
    return result;
  }
}
