package io.stemspark.internal.separation;

import io.stemspark.internal.audio.SampleQueue;
import io.stemspark.internal.ffmpeg.Resampler;
import io.stemspark.spectrogram.StftConfig;
import java.io.IOException;

/**
 * The way of a track to the network's sample rate, and of its vocals back, with their part of the
 * band above half that rate. Not thread-safe.
 */
final class RateConversion implements AutoCloseable {
  private final int channels;
  private final Resampler forNetwork;
  private final Resampler forTrack;
  private final HighBandExtension upperBand;

  /** What the network has seen, until its vocals come. */
  private final SampleQueue seen;

  private long seenSamples;
  private long vocalSamples;

  /**
   * @param rate of the track, in Hz
   */
  RateConversion(int channels, int rate, StftConfig stft) throws IOException {
    this.channels = channels;
    forNetwork = new Resampler(channels, rate, stft.sampleRate());
    try {
      forTrack = new Resampler(channels, stft.sampleRate(), rate);
    } catch (IOException | RuntimeException e) {
      forNetwork.close();
      throw e;
    }
    upperBand = new HighBandExtension(channels, stft.sampleRate(), rate, stft.hopLength());
    seen = new SampleQueue(channels);
  }

  /** Converts the next samples of the mixture. */
  float[][] toModel(float[][] samples, int length) throws IOException {
    return see(forNetwork.resample(samples, length));
  }

  /** The last samples of a mixture that is not empty. */
  float[][] finishMixture() throws IOException {
    float[][] last = forNetwork.finish();
    // A track may be shorter than the resampler's filter: a frame of silence gives it a share.
    return see(seenSamples + last[0].length == 0 ? new float[channels][1] : last);
  }

  private float[][] see(float[][] samples) {
    seen.add(samples, 0, samples[0].length);
    seenSamples += samples[0].length;
    return samples;
  }

  /** Takes the voice's shares of the network's highest band in the next frame, by channel. */
  void frame(float[] shares) {
    upperBand.frame(shares);
  }

  /** Takes all vocals that are there, and converts them. */
  float[][] fromModel(SampleQueue vocals) throws IOException {
    int length = vocals.size();
    float[][] block = new float[channels][length];
    float[][] mixture = new float[channels][length];
    vocals.take(block, length);
    seen.take(mixture, length);
    upperBand.takeFrom(block, mixture, vocalSamples, length);
    vocalSamples += length;
    return forTrack.resample(block, length);
  }

  /** The last samples of the vocals. */
  float[][] finishVocals() throws IOException {
    return forTrack.finish();
  }

  /**
   * Adds to converted vocals their part of the band that the network does not see.
   *
   * @param position of the first sample, at the track's rate
   */
  void addUpperBand(float[][] vocals, float[][] mixture, long position, int length) {
    upperBand.addTo(vocals, mixture, position, length);
  }

  @Override
  public void close() {
    forNetwork.close();
    forTrack.close();
  }
}
