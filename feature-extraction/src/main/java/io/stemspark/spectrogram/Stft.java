package io.stemspark.spectrogram;

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
          public void frame(float[] real, float[] imag) {
            System.arraycopy(real, 0, result.real(), at, real.length);
            System.arraycopy(imag, 0, result.imag(), at, imag.length);
            at += real.length;
          }
        };
    StftAnalyzer analyzer = new StftAnalyzer(config);
    analyzer.push(samples, 0, samples.length, append);
    analyzer.finish(append);
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
          public void samples(float[] samples, int from, int n) {
            // The last frame reaches past the signal's end.
            int keep = Math.min(n, length - at);
            System.arraycopy(samples, from, result, at, keep);
            at += keep;
          }
        };
    StftSynthesizer synthesizer = new StftSynthesizer(config);
    float[] real = new float[config.bins()];
    float[] imag = new float[config.bins()];
    for (int k = 0; k < spectrogram.frames(); k++) {
      System.arraycopy(spectrogram.real(), k * real.length, real, 0, real.length);
      System.arraycopy(spectrogram.imag(), k * imag.length, imag, 0, imag.length);
      synthesizer.push(real, imag, append);
    }
    synthesizer.finish(length, append);
    return result;
  }
}
