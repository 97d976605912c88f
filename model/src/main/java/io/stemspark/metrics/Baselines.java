package io.stemspark.metrics;

import io.stemspark.internal.audio.SampleQueue;
import io.stemspark.spectrogram.StftAnalyzer;
import io.stemspark.spectrogram.StftConfig;
import io.stemspark.spectrogram.StftSynthesizer;

/**
 * Estimates of all stems but the last that masks give which know the references: a mark that masks
 * of networks stay below. The ratio mask of a stem is |S|^2 / sum of the |S|^2 of all, the binary
 * mask 1 where it is stronger than each other stem and else 0; both are applied to the sum of all
 * stems, channel by channel. Not thread-safe.
 */
final class Baselines implements AutoCloseable {
  private final int stems;
  private final int channels;
  private final StftAnalyzer analyzer;
  private final StftSynthesizer synthesizer;
  private final SampleQueue estimates;
  private final float[][] real;
  private final float[][] imag;
  private final float[] powers;
  private long samples;

  Baselines(StftConfig stft, int stems, int channels) {
    int made = 2 * (stems - 1) * channels;
    this.stems = stems;
    this.channels = channels;
    this.analyzer = new StftAnalyzer(stft, stems * channels);
    this.synthesizer = new StftSynthesizer(stft, made);
    this.estimates = new SampleQueue(made);
    this.real = new float[made][stft.bins()];
    this.imag = new float[made][stft.bins()];
    this.powers = new float[stems];
  }

  /**
   * The estimates that are ready: first all channels of what the ratio mask gives of each stem,
   * then those of the binary mask.
   */
  SampleQueue estimates() {
    return estimates;
  }

  /**
   * Takes the references' next samples.
   *
   * @param references all channels of the first stem, then those of the others
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
      for (int bin = 0; bin < real[0].length; bin++) {
        maskBin(frameReal, frameImag, c, bin);
      }
    }
    synthesizer.push(real, imag, estimates::add);
  }

  private void maskBin(float[][] frameReal, float[][] frameImag, int channel, int bin) {
    float mixedRe = 0;
    float mixedIm = 0;
    float sum = 0;
    for (int stem = 0; stem < stems; stem++) {
      float re = frameReal[stem * channels + channel][bin];
      float im = frameImag[stem * channels + channel][bin];
      powers[stem] = re * re + im * im;
      sum += powers[stem];
      mixedRe += re;
      mixedIm += im;
    }
    for (int stem = 0; stem < stems - 1; stem++) {
      float share = powers[stem] > 0 ? powers[stem] / sum : 0;
      boolean strongest = isStrongest(stem);
      int ratio = stem * channels + channel;
      int binary = (stems - 1 + stem) * channels + channel;
      real[ratio][bin] = share * mixedRe;
      imag[ratio][bin] = share * mixedIm;
      real[binary][bin] = strongest ? mixedRe : 0;
      imag[binary][bin] = strongest ? mixedIm : 0;
    }
  }

  private boolean isStrongest(int stem) {
    for (int other = 0; other < stems; other++) {
      if (other != stem && powers[other] >= powers[stem]) {
        return false;
      }
    }
    return true;
  }

  @Override
  public void close() {
    analyzer.close();
    synthesizer.close();
  }
}
