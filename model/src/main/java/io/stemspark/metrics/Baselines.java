package io.stemspark.metrics;

import io.stemspark.internal.audio.SampleQueue;
import io.stemspark.spectrogram.StftAnalyzer;
import io.stemspark.spectrogram.StftConfig;
import io.stemspark.spectrogram.StftSynthesizer;

/**
 * Estimates of the vocals that masks give which know the references: a mark that masks of networks
 * stay below. The ratio mask is |V|^2 / (|V|^2 + |A|^2), the binary mask 1 where |V| > |A| and else
 * 0; both are applied to V + A, channel by channel. Not thread-safe.
 */
final class Baselines implements AutoCloseable {
  private final int channels;
  private final StftAnalyzer analyzer;
  private final StftSynthesizer synthesizer;
  private final SampleQueue estimates;
  private final float[][] real;
  private final float[][] imag;
  private long samples;

  Baselines(StftConfig stft, int channels) {
    this.channels = channels;
    this.analyzer = new StftAnalyzer(stft, 2 * channels);
    this.synthesizer = new StftSynthesizer(stft, 2 * channels);
    this.estimates = new SampleQueue(2 * channels);
    this.real = new float[2 * channels][stft.bins()];
    this.imag = new float[2 * channels][stft.bins()];
  }

  /**
   * The estimates that are ready: first all channels of what the ratio mask gives, then those of
   * the binary mask.
   */
  SampleQueue estimates() {
    return estimates;
  }

  /**
   * Takes the references' next samples.
   *
   * @param references all channels of the vocals, then those of the accompaniment
   */
  void push(float[][] references, int length) {
    samples += length;
    analyzer.push(references, 0, length, this::mask);
  }

  /** Ends the track: as many samples have then become ready as were pushed. */
  void finish() {
    if (samples > 0) {
      analyzer.finish(this::mask);
      synthesizer.finish(samples, estimates::add);
    }
  }

  private void mask(float[][] frameReal, float[][] frameImag) {
    for (int c = 0; c < channels; c++) {
      float[] voiceRe = frameReal[c];
      float[] voiceIm = frameImag[c];
      float[] restRe = frameReal[channels + c];
      float[] restIm = frameImag[channels + c];
      for (int bin = 0; bin < voiceRe.length; bin++) {
        float voice = voiceRe[bin] * voiceRe[bin] + voiceIm[bin] * voiceIm[bin];
        float rest = restRe[bin] * restRe[bin] + restIm[bin] * restIm[bin];
        float share = voice > 0 ? voice / (voice + rest) : 0;
        float mixedRe = voiceRe[bin] + restRe[bin];
        float mixedIm = voiceIm[bin] + restIm[bin];
        real[c][bin] = share * mixedRe;
        imag[c][bin] = share * mixedIm;
        real[channels + c][bin] = voice > rest ? mixedRe : 0;
        imag[channels + c][bin] = voice > rest ? mixedIm : 0;
      }
    }
    synthesizer.push(real, imag, estimates::add);
  }

  @Override
  public void close() {
    analyzer.close();
    synthesizer.close();
  }
}
