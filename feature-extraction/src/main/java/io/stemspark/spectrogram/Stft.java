package io.stemspark.spectrogram;

import io.stemspark.spectrogram.StftAnalyzer.FrameSink;
import io.stemspark.spectrogram.StftSynthesizer.SampleSink;
import java.nio.FloatBuffer;

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
    FloatBuffer allReal = FloatBuffer.wrap(result.real());
    FloatBuffer allImag = FloatBuffer.wrap(result.imag());
    FrameSink append =
        (real, imag) -> {
          allReal.put(real[0]);
          allImag.put(imag[0]);
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
          "The spectrogram has %d frames x %d bins, but %d samples need %d frames x %d bins."
              .formatted(
                  spectrogram.frames(),
                  spectrogram.bins(),
                  length,
                  config.frames(length),
                  config.bins()));
    }
    float[] result = new float[length];
    FloatBuffer rest = FloatBuffer.wrap(result);
    SampleSink append = (samples, from, n) -> rest.put(samples[0], from, n);
    FloatBuffer allReal = FloatBuffer.wrap(spectrogram.real());
    FloatBuffer allImag = FloatBuffer.wrap(spectrogram.imag());
    float[][] real = new float[1][config.bins()];
    float[][] imag = new float[1][config.bins()];
    try (StftSynthesizer synthesizer = new StftSynthesizer(config, 1)) {
      for (int k = 0; k < spectrogram.frames(); k++) {
        allReal.get(real[0]);
        allImag.get(imag[0]);
        synthesizer.push(real, imag, append);
      }
      synthesizer.finish(length, append);
    }
    return result;
  }
}
